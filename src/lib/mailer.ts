import type { Transporter } from 'nodemailer'

export interface Mail {
  to: string
  subject: string
  text: string
  html: string
}

export interface Mailer {
  /**
   * Hands one mail to the SMTP server; `id` is its Message-ID's left part, the same at every attempt, so that a mail
   * sent twice can be seen to be one. @throws when the server did not take it; `describeMailFailure` says why
   */
  send(mail: Mail, id: string): Promise<void>
}

/** Shorter than the time for which the outbox gives a mail to one process. */
export const sendTimeoutSeconds = 120

/**
 * `url` is SMTP_URL, as in smtps://user:password@mail.example.org:465; `from` is MAIL_FROM.
 * @throws TypeError when it is no URL
 */
export function createMailer({ url, from }: { url: string; from: string }): Mailer {
  // A password goes over the network under TLS or not at all, unless the URL says ?requireTLS=false.
  const requireTLS = hasPassword(url) && !isLocal(url)
  let transport: Transporter | null = null
  const connect = async () => {
    const { createTransport } = await import('nodemailer')
    return (transport ??= createTransport({
      url,
      requireTLS,
      // A certificate names the host, never the loopback: Debian's Postfix offers TLS with one that nobody could check
      // there. What goes over the loopback stays on this machine. The URL's own ?tls.rejectUnauthorized= wins.
      ...(isLocal(url) && { tls: { rejectUnauthorized: false } }),
      dnsTimeout: 10_000,
      connectionTimeout: 15_000,
      greetingTimeout: 15_000,
      socketTimeout: 60_000,
    }))
  }
  const host = /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'

  return {
    async send({ to, subject, text, html }, id) {
      await (
        await connect()
      ).sendMail({
        from,
        // As an object it is a single address, even if it contains commas or line breaks.
        to: { name: '', address: to },
        subject,
        text,
        html,
        messageId: `<${id}@${host}>`,
        // RFC 3834 and RFC 2919: no program answers by itself, and people can sort by it.
        headers: { 'Auto-Submitted': 'auto-generated', 'List-Id': `Colombier <colombier.${host}>` },
        // Here and not at the transport, where the URL's query could switch it off.
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: AbortSignal.timeout(sendTimeoutSeconds * 1000),
      })
    },
  }
}

const hasPassword = (url: string): boolean => new URL(url).password !== ''
const isLocal = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)

interface MailFailure {
  /** Such as `EENVELOPE 550` or `ETLS`: kinds and codes, never the server's words, which may quote the mail. */
  category: string
  /** The server was unreachable or refused everything, so the next mail would fail too. */
  ofServer: boolean
  /** The server refused the mail for good, not for now. */
  permanent: boolean
}

const aboutTheMail = ['EENVELOPE', 'EMESSAGE', 'ESTREAM', 'EMAXRECIPIENTS']

/** nodemailer says ESOCKET of a certificate that it does not accept, as it does of a server that is not there. */
export const isAboutCertificate = (error: unknown): boolean =>
  /certificate|self.signed|altnames/i.test(String((error as { message?: unknown }).message))

export function describeMailFailure(error: unknown): MailFailure {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }
  const told = typeof code === 'string' && /^[A-Z0-9_]{1,30}$/.test(code) ? code : 'UNKNOWN'
  const kind = told === 'ESOCKET' && isAboutCertificate(error) ? 'ETLS' : told
  const reply = typeof responseCode === 'number' ? responseCode : null
  const ofServer = !aboutTheMail.includes(kind)
  return {
    category: reply === null ? kind : `${kind} ${reply}`,
    ofServer,
    permanent: !ofServer && (reply === null || reply >= 500),
  }
}
