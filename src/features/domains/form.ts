import * as v from 'valibot'
import { emailField, type FormState } from '../../http/form.ts'

export const ownerForm = v.object({ email: emailField() })

export type OwnerState = FormState<typeof ownerForm>
