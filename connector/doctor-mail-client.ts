import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Listener, readDovecot } from './dovecot-configuration.ts'
import type { Postfix } from './postfix.ts'

const schemes = {
  imap: { tls: ['imaps', 993], starttls: ['imap', 143] },
  pop3: { tls: ['pop3s', 995], starttls: ['pop3', 110] },
  smtp: { tls: ['smtps', 465], starttls: ['smtp', 587] },
} as const

/** The web app's `MAIL_CLIENT_` settings as far as this host tells them, one a line; none where TLS is not offered. */
export async function proposeMailClient(
  { certificate, hostname: ofDovecot, listeners }: ReturnType<typeof readDovecot>,
  postfix: Postfix,
): Promise<string[]> {
  const mta = await postfix.readServices().catch(() => null)
  const names = certificate === null ? null : await namesIn(certificate)
  const name = names && chooseName(names, [ofDovecot, mta?.name, hostname()])
  if (!name) return []

  const servers = { ...listeners, smtp: listeners.submission ?? submissionOf(mta?.services ?? '') }
  return (['imap', 'pop3', 'smtp'] as const).flatMap((protocol) => {
    const server = servers[protocol]
    if (server === null) return []
    const [scheme, usualPort] = schemes[protocol][server.security]
    const port = server.port === usualPort ? '' : `:${server.port}`
    return `MAIL_CLIENT_${protocol.toUpperCase()}=${scheme}://${name}${port}`
  })
}

/** The names that a certificate is for; null where this host does not let its file be read. */
async function namesIn(file: string): Promise<string[] | null> {
  try {
    const { subjectAltName = '' } = new X509Certificate(await readFile(file))
    return [...subjectAltName.matchAll(/\bDNS:([^\s,]+)/g)].map(([, name = '']) => name.toLowerCase())
  } catch {
    return null
  }
}

/** A program checks the name it connects to, so it is one of the certificate's: this host's own if it is there. */
function chooseName(names: string[], own: (string | null | undefined)[]): string | undefined {
  const isCovered = (name: string | null | undefined) =>
    Boolean(name?.includes('.')) && (names.includes(name ?? '') || names.includes(`*${name?.replace(/^[^.]+/, '')}`))
  const plain = names.filter((name) => !name.startsWith('*'))
  return own.find(isCovered) ?? plain.find((name) => /^(?:mail|imap|mx)\d*\./.test(name)) ?? plain[0]
}

/** Where Postfix's master.cf takes in what people send. */
function submissionOf(services: string): Listener | null {
  const lines = services.split('\n').filter((line) => !/^(?:127\.|\[?::1|localhost:)/.test(line))
  const serves = (names: string) => lines.filter((line) => new RegExp(`^(?:\\S+:)?(?:${names})\\s+inet\\s`).test(line))
  if (serves('submissions|smtps|465').some((line) => line.includes('smtpd_tls_wrappermode=yes')))
    return { port: 465, security: 'tls' }
  return serves('submission|587').length > 0 ? { port: 587, security: 'starttls' } : null
}
