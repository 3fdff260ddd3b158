import * as v from 'valibot'
import { message, newPasswordField, secretField, type FormState } from '../../http/form.ts'
import { localPartField } from '../../http/local-part.ts'
import type { LocalPartRules } from '../../lib/addresses.ts'

export const mailboxForm = (rules: LocalPartRules) =>
  v.object({
    localPart: localPartField(rules),
    domain: v.pipe(v.string(), v.trim(), v.toLowerCase(), v.nonEmpty(message('required'))),
    /** one of the sizes that are proposed; empty for another one */
    quotaChoice: v.optional(v.pipe(v.string(), v.regex(/^\d{0,9}$/, message('invalid'))), ''),
    quotaMegabytes: v.pipe(v.string(), v.trim(), v.regex(/^\d{0,9}$/, message('wholeNumber'))),
    password: newPasswordField(),
    again: secretField(),
  })

export type MailboxFormState = FormState<ReturnType<typeof mailboxForm>>

/** A new password, twice: for a mailbox whose setting up failed. */
export const newPasswordForm = v.object({ password: newPasswordField(), again: secretField() })

export type NewPasswordState = FormState<typeof newPasswordForm>
