import * as v from 'valibot'
import { emailField, message, newPasswordField, paragraphsField, secretField, type FormState } from '../../http/form.ts'

export const registrationForm = v.object({
  email: emailField(),
  reason: v.pipe(paragraphsField(2000), v.nonEmpty(message('required')), v.minLength(10, message('reasonShort'))),
  // Nobody sees it; machines fill it in. No name that password managers know, and not an input: those they fill too.
  remarks: v.string(),
  // When the form was opened, signed.
  opened: v.string(),
})

export type RegistrationState = FormState<typeof registrationForm>

/** The password is asked for here and not with the request: anyone can send that with somebody else's address. */
export const confirmationForm = v.object({ token: secretField(), password: newPasswordField(), again: secretField() })

export type ConfirmationState = FormState<typeof confirmationForm>
