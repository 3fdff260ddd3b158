import * as v from 'valibot'
import { CREDENTIAL_FIELD } from '../../ui/passkey-form.tsx'
import { message, secretField, type FormState } from '../../http/form.ts'

export const confirmationForm = v.object({ code: v.pipe(secretField(), v.maxLength(20, message('tooLong'))) })

export const passkeyForm = v.object({
  name: v.pipe(
    v.string(),
    v.trim(),
    v.maxLength(60, message('tooLong')),
    v.regex(/^\P{Cc}*$/u, message('textCharacters')),
  ),
  [CREDENTIAL_FIELD]: v.pipe(v.string(), v.metadata({ secret: true })),
})

export type PasskeyState = FormState<typeof passkeyForm>

export type ConfirmationState = FormState<typeof confirmationForm>
