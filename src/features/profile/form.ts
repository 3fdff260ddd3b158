import * as v from 'valibot'
import { emailField, message, newPasswordField, secretField, type FormState } from '../../http/form.ts'

const currentField = () => v.pipe(secretField(), v.maxLength(1024, message('tooLong')))

export const passwordForm = v.object({ current: currentField(), password: newPasswordField(), again: secretField() })

export const emailForm = v.object({ email: emailField(), current: currentField() })

export const deletionForm = v.object({ current: currentField() })

/** The state of each form on the page. */
export interface ProfileState {
  password?: FormState<typeof passwordForm>
  email?: FormState<typeof emailForm>
  deletion?: FormState<typeof deletionForm>
}

export const confirmationForm = v.object({ token: secretField() })
