import * as v from 'valibot'
import { secretField, type FormState } from '../../http/form.ts'

export const tokenForm = v.object({ token: v.pipe(secretField(), v.trim()) })

export type TokenState = FormState<typeof tokenForm>
