import * as v from 'valibot'
import { textField, type FormState } from '../../http/form.ts'

export const lockForm = v.object({ reason: textField(500) })

export type LockState = FormState<typeof lockForm>
