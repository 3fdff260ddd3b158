import * as v from 'valibot'
import { message, secretField, type FormState } from '../../http/form.ts'

export const confirmationForm = v.object({ code: v.pipe(secretField(), v.maxLength(20, message('tooLong'))) })

export type ConfirmationState = FormState<typeof confirmationForm>
