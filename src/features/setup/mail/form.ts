import { isIP } from 'node:net'
import * as v from 'valibot'
import { message, textField, type FormState } from '../../../http/form.ts'
import { formatServer, isWebmailPattern, parseServer } from '../../../lib/mail-client.ts'
import { quoteValue } from '../../../../connector/contract/env-text.ts'
import { SCHEMES } from './smtp-url.ts'

const host = v.pipe(
  textField(),
  v.check((text) => isIP(text) !== 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(text), message('host')),
)

const sender = v.pipe(
  textField(),
  v.regex(/^(?:[^<>\p{Cc}]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u, message('sender')),
  v.check((text) => quoteValue(text) !== null, message('quotes')),
)

const clientServer = (protocol: 'imap' | 'smtp') =>
  v.pipe(
    v.string(),
    v.trim(),
    v.maxLength(300, message('tooLong')),
    v.check((text) => text === '' || parseServer(protocol, text) !== null, message('clientServer')),
    v.transform((text) => {
      const server = parseServer(protocol, text)
      return server === null ? '' : formatServer(protocol, server)
    }),
  )

/** What people are told to enter in their mail programs. */
const programFields = {
  clientImap: clientServer('imap'),
  clientSmtp: clientServer('smtp'),
  clientWebmail: v.pipe(
    v.string(),
    v.trim(),
    v.maxLength(300, message('tooLong')),
    v.check((text) => text === '' || (isWebmailPattern(text) && quoteValue(text) !== null), message('webAddress')),
  ),
}

export const programsForm = v.object(programFields)

export const mailForm = v.object({
  ...programFields,
  action: v.picklist(['save', 'test']),
  scheme: v.picklist(SCHEMES),
  host,
  port: v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d{0,5}$/, message('wholeNumber')),
    v.check((text) => Number(text) <= 65_535, message('wholeNumber')),
  ),
  user: v.pipe(v.string(), v.trim(), v.regex(/^\P{Cc}{0,254}$/u, message('textCharacters'))),
  password: v.pipe(
    v.string(),
    v.metadata({ secret: true }),
    v.regex(/^\P{Cc}{0,254}$/u, message('passwordCharacters')),
  ),
  from: sender,
})

export type MailState = FormState<typeof mailForm>
