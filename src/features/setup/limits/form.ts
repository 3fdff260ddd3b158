import * as v from 'valibot'
import { message, textField, type FormState } from '../../../http/form.ts'
import { parseSize } from './size.ts'

const count = (most: number) =>
  v.pipe(
    textField(),
    v.regex(/^\d{1,5}$/, message('wholeNumber')),
    v.check((text) => Number(text) <= most, message('countRange')),
  )

const size = v.pipe(
  textField(),
  v.check((text) => parseSize(text) !== null, message('size')),
  v.transform((text) => parseSize(text) ?? 0),
)

const fields = v.object({
  mailboxes: count(10_000),
  aliases: count(10_000),
  quota: size,
  mostQuota: size,
  deletionHours: count(8760),
})

export const limitsForm = v.pipe(
  fields,
  v.forward(
    v.partialCheck([['quota'], ['mostQuota']], ({ quota, mostQuota }) => quota <= mostQuota, message('quotaOrder')),
    ['mostQuota'],
  ),
)

export type LimitsState = FormState<typeof limitsForm>
