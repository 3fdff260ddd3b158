import * as v from 'valibot'
import { message, newPasswordField, secretField, type FormState } from '../../http/form.ts'

export const passwordForm = v.pipe(
  v.object({
    current: v.pipe(secretField(), v.maxLength(1024, message('tooLong'))),
    password: newPasswordField(),
    again: secretField(),
  }),
  v.forward(
    v.partialCheck([['password'], ['again']], ({ password, again }) => password === again, message('passwordsDiffer')),
    ['again'],
  ),
  v.forward(
    v.partialCheck(
      [['current'], ['password']],
      ({ current, password }) => current !== password,
      message('passwordSame'),
    ),
    ['password'],
  ),
)

export type PasswordState = FormState<typeof passwordForm>
