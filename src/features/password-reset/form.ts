import * as v from 'valibot'
import { emailField, newPasswordField, secretField, type FormState } from '../../http/form.ts'

export const requestForm = v.object({ email: emailField() })

export type RequestState = FormState<typeof requestForm>

export const resetForm = v.object({ token: secretField(), password: newPasswordField(), again: secretField() })

export type ResetState = FormState<typeof resetForm>
