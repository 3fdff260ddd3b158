import * as v from 'valibot'
import { message, secretField } from '../../http/form.ts'

export const deletionForm = v.object({ password: v.pipe(secretField(), v.maxLength(1024, message('tooLong'))) })
