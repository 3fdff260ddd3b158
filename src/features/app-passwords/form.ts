import * as v from 'valibot'
import { message, secretField, textField, type FormState } from '../../http/form.ts'
import { PROTOCOLS, type ProtocolChoice } from './make.ts'

export const protocolChoices = Object.keys(PROTOCOLS) as ProtocolChoice[]

const isDay = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

export const appPasswordForm = v.object({
  name: v.pipe(textField(60), v.regex(/^\P{Cc}*$/u, message('textCharacters'))),
  protocols: v.pipe(v.array(v.picklist(protocolChoices)), v.minLength(1, message('required'))),
  /** null: none */
  lastDay: v.pipe(
    v.string(),
    v.trim(),
    v.check((text) => text === '' || isDay(text), message('invalid')),
    v.transform((text) => text || null),
  ),
  password: v.pipe(secretField(), v.maxLength(1024, message('tooLong'))),
})

export type AppPasswordState = FormState<typeof appPasswordForm> & { protocols?: string[] }
