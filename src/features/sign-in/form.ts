import * as v from 'valibot'
import { normaliseEmail } from '../../lib/email.ts'
import { secretField, textField, type FormState } from '../../http/form.ts'

// Not validated as an address: a malformed one is answered like an unknown one, so nothing is revealed.
export const signInForm = v.object({
  email: v.pipe(
    textField(),
    v.transform((typed) => normaliseEmail(typed) ?? typed.toLowerCase()),
  ),
  password: secretField(),
  next: v.string(),
})

export type SignInState = FormState<typeof signInForm>
