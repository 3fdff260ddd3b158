import { randomBytes } from 'node:crypto'
import type { Messages } from '../../../i18n/languages.ts'
import { createMailer, describeMailFailure, isAboutCertificate } from '../../../lib/mailer.ts'
import { renderMail } from '../../../mails/render.tsx'
import { parseSmtpUrl } from './smtp-url.ts'

export type TestResult = { sent: true } | { sent: false; why: Why; category: string; answer: string }

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
    const { category } = describeMailFailure(error)
    return { sent: false, why: whyOf(error), category, answer: answerIn(error, smtpUrl) }
  }
}

/** What was wrong, as far as nodemailer tells. */
type Why = 'unreachable' | 'certificate' | 'tls' | 'login' | 'sender' | 'recipient' | 'other'

function whyOf(error: unknown): Why {
  const { code, command, message } = error as { code?: unknown; command?: unknown; message?: unknown }
  if (code === 'EAUTH') return 'login'
  if (code === 'EENVELOPE') return command === 'MAIL FROM' ? 'sender' : 'recipient'
  if (isAboutCertificate(error)) return 'certificate'
  if (code === 'ETLS' || /ssl|tls/i.test(String(message))) return 'tls'
  return ['ESOCKET', 'ECONNECTION', 'ETIMEDOUT', 'EDNS'].includes(String(code)) ? 'unreachable' : 'other'
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
