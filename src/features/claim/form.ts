import * as v from 'valibot'
import { message, secretField, textField, type FormState } from '../../http/form.ts'

// Not validated as an address: a malformed one is answered like an unknown one, so nothing is revealed.
export const claimForm = v.object({
  address: v.pipe(textField(), v.toLowerCase()),
  password: v.pipe(secretField(), v.maxLength(1024, message('tooLong'))),
})

export type ClaimState = FormState<typeof claimForm>
