import * as v from 'valibot'
import { message, newPasswordField, secretField, type FormState } from '../../http/form.ts'

/** The form in which codes are made, whatever a person puts between the signs. */
const toSigns = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '')
const grouped = (signs: string): string => (signs.match(/.{1,4}/g) ?? []).join('-')

export const makeForm = v.object({ password: v.pipe(secretField(), v.maxLength(1024, message('tooLong'))) })

/** `code` names the code that was shown, and `check` is what the server made of its end. */
export const proofForm = v.object({
  part: v.pipe(secretField(), v.maxLength(100, message('tooLong')), v.transform(toSigns)),
  code: v.string(),
  check: v.string(),
})

export const recoveryForm = v.object({
  code: v.pipe(
    secretField(),
    v.maxLength(100, message('tooLong')),
    v.transform((text) => grouped(toSigns(text))),
  ),
  password: newPasswordField(),
  again: secretField(),
})

export type MakeState = FormState<typeof makeForm>
export type ProofState = FormState<typeof proofForm>
export type RecoveryState = FormState<typeof recoveryForm>

/** How many of a code's last signs are to be typed back. */
export const PROVEN_SIGNS = 8
export const endOf = (code: string): string => toSigns(code).slice(-PROVEN_SIGNS)
