import * as v from 'valibot'
import { normaliseEmail } from '../../lib/email.ts'
import { secretField, textField, type FormState } from '../../http/form.ts'

// Nothing here says which addresses can exist: what is no address is answered like one that is unknown.
export const signInForm = v.object({
  email: v.pipe(
    textField(),
    v.transform((typed) => normaliseEmail(typed) ?? typed.toLowerCase()),
  ),
  password: secretField(),
  next: v.string(),
})

export type SignInState = FormState<typeof signInForm>
