import * as v from 'valibot'
import { emailField, message, newPasswordField, secretField, type FormState } from '../../http/form.ts'
import { LANGUAGES } from '../../i18n/languages.ts'

const fields = v.object({
  token: v.pipe(secretField(), v.trim()),
  language: v.picklist(LANGUAGES),
  email: emailField(),
  password: newPasswordField(),
  again: secretField(),
})

export const setupForm = v.pipe(
  fields,
  v.forward(
    v.partialCheck([['password'], ['again']], ({ password, again }) => password === again, message('passwordsDiffer')),
    ['again'],
  ),
)

export type SetupState = FormState<typeof setupForm>
