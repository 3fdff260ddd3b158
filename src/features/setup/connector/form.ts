import * as v from 'valibot'
import { message, textField, type FormState } from '../../../http/form.ts'
import { quoteValue } from '../../../../connector/contract/env-text.ts'

const path = v.pipe(
  textField(),
  v.regex(/^\/[^/\p{Cc}][^\p{Cc}]*$/u, message('path')),
  v.check((text) => quoteValue(text) !== null, message('quotes')),
)

export const keyForm = v.object({ keyFile: path })

export const connectorForm = v.object({
  publicKey: v.pipe(textField(), v.regex(/^[\w-]{43}$/, message('publicKey'))),
  mailRoot: path,
})

export type KeyState = FormState<typeof keyForm>
export type ConnectorState = FormState<typeof connectorForm>
