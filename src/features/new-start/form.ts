import * as v from 'valibot'
import { message, newPasswordField, secretField, type FormState } from '../../http/form.ts'

export const newStartForm = v.object({
  sure: v.literal('yes', message('required')),
  password: newPasswordField(),
  again: secretField(),
})

export type NewStartState = FormState<typeof newStartForm>
