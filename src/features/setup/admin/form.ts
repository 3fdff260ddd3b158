import * as v from 'valibot'
import { emailField, message, newPasswordField, secretField, type FormState } from '../../../http/form.ts'

const fields = v.object({ email: emailField(), password: newPasswordField(), again: secretField() })

export const adminForm = v.pipe(
  fields,
  v.forward(
    v.partialCheck([['password'], ['again']], ({ password, again }) => password === again, message('passwordsDiffer')),
    ['again'],
  ),
)

export type AdminState = FormState<typeof adminForm>
