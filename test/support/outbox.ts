import { createSealedText } from '../../src/lib/sealed-text.ts'
import type { TestApp } from './app.ts'

interface CaughtMail {
  recipient: string
  subject: string
  text_body: string
  html_body: string
}

type Parts = Pick<TestApp, 'query' | 'config'>

/** The mails that wait to be sent, with what is under their seals, the oldest first. */
export async function readOutbox({ query, config }: Parts): Promise<CaughtMail[]> {
  const { open } = createSealedText(config.sessionSecrets, 'outbox')
  const rows = await query<CaughtMail>(
    'SELECT recipient, subject, text_body, html_body FROM colombier_outbox ORDER BY id',
  )
  return rows.map(({ recipient, subject, text_body, html_body }) => ({
    recipient,
    subject,
    text_body: open(text_body, `text ${recipient}`) ?? '',
    html_body: open(html_body, `html ${recipient}`) ?? '',
  }))
}

/** Where the newest mail to this address leads, without the origin. */
export async function linkTo(site: Parts, recipient: string): Promise<string> {
  const mail = (await readOutbox(site)).filter((one) => one.recipient === recipient).at(-1)
  const [, path] = /https?:\/\/[^/\s]+(\/\S+)/.exec(mail?.text_body ?? '') ?? []
  if (path === undefined) throw new Error(`there is no link in a mail to ${recipient}`)
  return path
}
