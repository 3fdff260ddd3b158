export const SCHEMES = ['smtp', 'smtps', 'plain'] as const

/** How SMTP_URL says that TLS is not to be used even where the server offers it. */
const PLAIN = 'ignoreTLS=true'

/** SMTP_URL in the parts that people know. */
export interface SmtpParts {
  /** `smtps`: TLS from the first byte; `smtp`: where the server offers it, and a password only then; `plain`: none */
  scheme: (typeof SCHEMES)[number]
  host: string
  port: string
  user: string
  password: string
  /** what else the URL says, such as `requireTLS=false` */
  query: string
}

/** Null when it is no URL of a mail server. */
export function parseSmtpUrl(text: string): SmtpParts | null {
  if (!/^smtps?:\/\//i.test(text) || !URL.canParse(text)) return null
  const { protocol, hostname, port, username, password, search } = new URL(text)
  const others = search.slice(1).split('&').filter((one) => one !== '' && one !== PLAIN) // prettier-ignore
  const isPlain = protocol === 'smtp:' && search.slice(1).split('&').includes(PLAIN)
  try {
    return {
      scheme: protocol === 'smtps:' ? 'smtps' : isPlain ? 'plain' : 'smtp',
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port,
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      query: others.join('&'),
    }
  } catch {
    return null
  }
}

export function toSmtpUrl({ scheme, host, port, user, password, query }: SmtpParts): string {
  const login = user === '' ? '' : `${encodeURIComponent(user)}${password && `:${encodeURIComponent(password)}`}@`
  const asked = [scheme === 'plain' ? PLAIN : '', query].filter(Boolean).join('&')
  const place = `${host.includes(':') ? `[${host}]` : host}${port && `:${port}`}`
  return `${scheme === 'smtps' ? 'smtps' : 'smtp'}://${login}${place}${asked && `?${asked}`}`
}

/** The URL as it may be shown. */
export function withoutPassword(url: string): string {
  const parts = parseSmtpUrl(url)
  return parts === null || parts.password === '' ? url : toSmtpUrl({ ...parts, password: 'PASSWORD' })
}
