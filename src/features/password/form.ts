import * as v from 'valibot'
import { message, newPasswordField, secretField, type FormState } from '../../http/form.ts'

export const passwordForm = v.object({
  current: v.pipe(secretField(), v.maxLength(1024, message('tooLong'))),
  password: newPasswordField(),
  again: secretField(),
})

export type PasswordState = FormState<typeof passwordForm>
