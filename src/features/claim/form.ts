import * as v from 'valibot'
import { message, secretField, textField, type FormState } from '../../http/form.ts'

// Nothing here says which addresses can exist: what is no address is answered like one that is unknown.
export const claimForm = v.object({
  address: v.pipe(textField(), v.toLowerCase()),
  password: v.pipe(secretField(), v.maxLength(1024, message('tooLong'))),
})

export type ClaimState = FormState<typeof claimForm>
