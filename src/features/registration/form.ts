import * as v from 'valibot'
import { isCommonPassword } from '../../lib/password/common.ts'
import { emailField, message, newPasswordField, paragraphsField, secretField, type FormState } from '../../http/form.ts'

export const registrationForm = v.pipe(
  v.object({
    email: emailField(),
    password: newPasswordField(),
    again: secretField(),
    reason: v.pipe(paragraphsField(2000), v.nonEmpty(message('required')), v.minLength(10, message('reasonShort'))),
    // Nobody sees it; machines fill it in.
    website: v.string(),
    // When the form was opened, signed.
    opened: v.string(),
  }),
  v.forward(
    v.partialCheck(
      [['email'], ['password']],
      ({ email, password }) => !isCommonPassword(password, email),
      message('passwordAddress'),
    ),
    ['password'],
  ),
)

export type RegistrationState = FormState<typeof registrationForm>

export const confirmationForm = v.object({ token: secretField() })
