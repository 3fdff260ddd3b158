import { domainOf } from './addresses.ts'

/** What a mail program has to be told about a mailbox's servers. */

/** `tls`: from the first byte; `starttls`: asked for on a plain connection, and never left out */
export type Security = 'tls' | 'starttls'

export interface MailServer {
  host: string
  port: number
  security: Security
}

/**
 * As it is set: `{address}`, `{local}` and `{domain}` stand for parts of the mailbox's address. A user of '' cannot be
 * told from it.
 */
export interface MailClientPattern {
  imap: MailServer | null
  pop3: MailServer | null
  smtp: MailServer | null
  user: string
  webmail: string | null
}

export interface MailClientSettings {
  usual: MailClientPattern
  /** what is said otherwise for single domains, in lower case */
  byDomain: Record<string, Partial<MailClientPattern>>
}

type Protocol = 'imap' | 'pop3' | 'smtp'

// RFC 8314 where TLS is there from the first byte, RFC 3501, 1939 and 6409 where it is asked for.
const usualPorts: Record<Protocol, Record<Security, number>> = {
  imap: { tls: 993, starttls: 143 },
  pop3: { tls: 995, starttls: 110 },
  smtp: { tls: 465, starttls: 587 },
}

const hostName = /^(?=.{1,253}$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/

/**
 * A server as it is written, `imaps://mail.example.org:993`, or its name alone: then it speaks TLS at the usual port.
 * `{domain}` may stand in the name.
 * @returns null when it is none
 */
export function parseServer(protocol: Protocol, text: string): MailServer | null {
  const [, scheme, name, digits] = /^(?:([a-z\d]+):\/\/)?([^/:@\s]+)(?::(\d{1,5}))?\/?$/.exec(text.toLowerCase()) ?? []
  if (name === undefined || ![undefined, protocol, `${protocol}s`].includes(scheme)) return null
  const security = scheme === protocol ? 'starttls' : 'tls'
  const port = digits === undefined ? usualPorts[protocol][security] : Number(digits)
  return hostName.test(name.replaceAll('{domain}', 'x.example')) && port > 0 && port < 65_536
    ? { host: name, port, security }
    : null
}

/** As `parseServer` reads it. */
export const formatServer = (protocol: Protocol, { host, port, security }: MailServer): string =>
  `${protocol}${security === 'tls' ? 's' : ''}://${host}${port === usualPorts[protocol][security] ? '' : `:${port}`}`

const placeholder = /\{(address|local|domain)\}/g

/** Whether it names a log-in: some part of the address that tells one mailbox from the next. */
export const isUserPattern = (text: string): boolean =>
  /\{(?:address|local)\}/.test(text) && !/[\s\p{Cc}<>{}]/u.test(text.replace(placeholder, 'x'))

export const isWebmailPattern = (text: string): boolean => {
  const filled = text.replace(placeholder, 'x.example')
  return /^https?:\/\/[^\s{}<>"]+$/i.test(filled) && URL.canParse(filled)
}

const readers: { [K in keyof MailClientPattern]: (text: string) => MailClientPattern[K] | undefined } = {
  imap: (text) => (text === '' ? null : (parseServer('imap', text) ?? undefined)),
  pop3: (text) => (text === '' ? null : (parseServer('pop3', text) ?? undefined)),
  smtp: (text) => (text === '' ? null : (parseServer('smtp', text) ?? undefined)),
  user: (text) => (isUserPattern(text) ? text : undefined),
  webmail: (text) => (text === '' ? null : isWebmailPattern(text) ? text : undefined),
}

/**
 * What is said for single domains: `example.net: imap=imaps://mail.example.net, webmail=; example.com: user={local}`.
 * @returns null when it cannot be read
 */
export function parseDomainClients(text: string): MailClientSettings['byDomain'] | null {
  const byDomain: MailClientSettings['byDomain'] = {}
  for (const part of text.split(';').map((one) => one.trim())) {
    if (part === '') continue
    const [, domain, rest] = /^([^\s:]+):\s(.*)$/s.exec(part) ?? []
    if (domain === undefined || rest === undefined || !hostName.test(domain.toLowerCase())) return null
    const said: Partial<Record<string, unknown>> = {}
    for (const pair of rest.split(',').map((one) => one.trim())) {
      const [, name, value] = /^(imap|pop3|smtp|user|webmail)\s*=\s*(.*)$/.exec(pair) ?? []
      const read = name === undefined ? undefined : readers[name as keyof MailClientPattern](value ?? '')
      if (name === undefined || read === undefined) return null
      said[name] = read
    }
    byDomain[domain.toLowerCase()] = said
  }
  return byDomain
}

/** What programs for mailboxes of this domain are told; null where nothing is set for them. */
export function patternFor({ usual, byDomain }: MailClientSettings, domain: string): MailClientPattern | null {
  const pattern = { ...usual, ...(Object.hasOwn(byDomain, domain) && byDomain[domain]) }
  const { imap, pop3, smtp } = pattern
  if (imap === null && pop3 === null && smtp === null) return null
  const named = (server: MailServer | null) => server && { ...server, host: server.host.replaceAll('{domain}', domain) }
  return { ...pattern, imap: named(imap), pop3: named(pop3), smtp: named(smtp) }
}

/** The same for one mailbox, with its user name and its way to webmail. */
export function clientFor(settings: MailClientSettings, address: string): MailClientPattern | null {
  const domain = domainOf(address)
  const pattern = patternFor(settings, domain)
  if (pattern === null) return null
  const parts: Record<string, string> = { address, local: address.slice(0, -domain.length - 1), domain }
  return {
    ...pattern,
    user: pattern.user.replace(placeholder, (_, part: string) => parts[part] ?? ''),
    webmail:
      pattern.webmail &&
      pattern.webmail.replace(placeholder, (_, part: string) => encodeURIComponent(parts[part] ?? '')),
  }
}
