import * as v from 'valibot'
import { emailField, message, newPasswordField, secretField, type FormState } from '../../http/form.ts'

export const requestForm = v.object({ email: emailField() })

export type RequestState = FormState<typeof requestForm>

export const resetForm = v.pipe(
  v.object({ token: secretField(), password: newPasswordField(), again: secretField() }),
  v.forward(
    v.partialCheck([['password'], ['again']], ({ password, again }) => password === again, message('passwordsDiffer')),
    ['again'],
  ),
)

export type ResetState = FormState<typeof resetForm>
