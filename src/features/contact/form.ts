import * as v from 'valibot'
import { message, paragraphsField, type FormState } from '../../http/form.ts'

export const contactForm = v.object({
  message: v.pipe(paragraphsField(2000), v.nonEmpty(message('required')), v.minLength(10, message('reasonShort'))),
  /** which of the person's mailboxes it is about; '' for none */
  mailbox: v.pipe(v.string(), v.trim(), v.maxLength(254, message('tooLong'))),
})

export type ContactState = FormState<typeof contactForm>
