import { randomBytes } from 'node:crypto'
import type { Messages } from '../../../i18n/languages.ts'
import { createMailer, describeMailFailure } from '../../../lib/mailer.ts'
import { renderMail } from '../../../mails/render.tsx'
import { parseSmtpUrl } from './smtp-url.ts'

export type TestResult = { sent: true } | { sent: false; category: string; answer: string }

/** Sends a mail at once, and says what the mail server said to it. */
export async function sendTest(
  t: Messages,
  { smtpUrl, from, to }: { smtpUrl: string; from: string; to: string },
): Promise<TestResult> {
  const { subject, paragraphs } = t.setup.mail.testMail
  try {
    await createMailer({ url: smtpUrl, from }).send(
      { to, ...renderMail(t, { subject, paragraphs }) },
      `setup-${randomBytes(8).toString('hex')}`,
    )
    return { sent: true }
  } catch (error) {
    return { sent: false, category: describeMailFailure(error).category, answer: answerIn(error, smtpUrl) }
  }
}

/** The server's own words; '' where it said none, or said the password back. */
function answerIn(error: unknown, smtpUrl: string): string {
  const { response } = error as { response?: unknown }
  if (typeof response !== 'string') return ''
  const password = parseSmtpUrl(smtpUrl)?.password ?? ''
  const spellings = [password, Buffer.from(password).toString('base64').replace(/=+$/, '')]
  if (password !== '' && spellings.some((spelling) => response.includes(spelling))) return ''
  return response.replace(/\p{Cc}+/gu, ' ').slice(0, 300)
}
