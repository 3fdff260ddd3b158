import * as v from 'valibot'
import { emailField, newPasswordField, secretField, type FormState } from '../../../http/form.ts'

export const adminForm = v.object({ email: emailField(), password: newPasswordField(), again: secretField() })

export type AdminState = FormState<typeof adminForm>
