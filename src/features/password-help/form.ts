import * as v from 'valibot'
import { newPasswordField } from '../../http/form.ts'

export const strengthForm = v.object({ password: newPasswordField() })
