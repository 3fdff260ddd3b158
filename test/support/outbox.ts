import type { TestApp } from './app.ts'

export interface CaughtMail {
  recipient: string
  subject: string
  text_body: string
  html_body: string
}

/** The mails that wait to be sent, the oldest first. */
export const readOutbox = ({ query }: Pick<TestApp, 'query'>): Promise<CaughtMail[]> =>
  query<CaughtMail>('SELECT recipient, subject, text_body, html_body FROM colombier_outbox ORDER BY id')

/** Where the newest mail to this address leads, without the origin. */
export async function linkTo({ query }: Pick<TestApp, 'query'>, recipient: string): Promise<string> {
  const [mail] = await query<CaughtMail>(
    'SELECT text_body FROM colombier_outbox WHERE recipient = ? ORDER BY id DESC LIMIT 1',
    [recipient],
  )
  const [, path] = /https?:\/\/[^/\s]+(\/\S+)/.exec(mail?.text_body ?? '') ?? []
  if (path === undefined) throw new Error(`there is no link in a mail to ${recipient}`)
  return path
}
