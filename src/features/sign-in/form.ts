import * as v from 'valibot'
import { asKept } from '../../lib/email.ts'
import { CREDENTIAL_FIELD } from '../../ui/passkey-form.tsx'
import { message, secretField, textField, type FormState } from '../../http/form.ts'

// Not validated as an address: a malformed one is answered like an unknown one, so nothing is revealed.
export const signInForm = v.object({
  email: v.pipe(textField(), v.transform(asKept)),
  password: secretField(),
  next: v.string(),
})

export type SignInState = FormState<typeof signInForm>

export const passkeyForm = v.object({
  [CREDENTIAL_FIELD]: v.pipe(v.string(), v.metadata({ secret: true })),
  next: v.string(),
})

export const codeForm = v.object({
  code: v.pipe(secretField(), v.maxLength(100, message('tooLong'))),
  next: v.string(),
})

export type CodeState = FormState<typeof codeForm>
