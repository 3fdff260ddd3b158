import * as v from 'valibot'
import { emailField, message, newPasswordField, paragraphsField, secretField, type FormState } from '../../http/form.ts'

export const registrationForm = v.object({
  email: emailField(),
  reason: v.pipe(paragraphsField(2000), v.nonEmpty(message('required')), v.minLength(10, message('reasonShort'))),
  // Hidden from people; machines fill it in. Password managers know no such name, and leave a textarea alone.
  remarks: v.string(),
  // When the form was opened, signed.
  opened: v.string(),
})

export type RegistrationState = FormState<typeof registrationForm>

/** Asks for the password here rather than with the request, which anyone can send with somebody else's address. */
export const confirmationForm = v.object({ token: secretField(), password: newPasswordField(), again: secretField() })

export type ConfirmationState = FormState<typeof confirmationForm>
