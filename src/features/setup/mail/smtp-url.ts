/** SMTP_URL in the parts that people know. */
export interface SmtpParts {
  /** `smtps`: TLS from the first byte; `smtp`: TLS where the server offers it, and a password only then */
  scheme: 'smtp' | 'smtps'
  host: string
  port: string
  user: string
  password: string
  /** what else the URL says, such as `?requireTLS=false` */
  query: string
}

/** Null when it is no URL of a mail server. */
export function parseSmtpUrl(text: string): SmtpParts | null {
  if (!/^smtps?:\/\//i.test(text) || !URL.canParse(text)) return null
  const { protocol, hostname, port, username, password, search } = new URL(text)
  try {
    return {
      scheme: protocol === 'smtps:' ? 'smtps' : 'smtp',
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port,
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      query: search,
    }
  } catch {
    return null
  }
}

export function toSmtpUrl({ scheme, host, port, user, password, query }: SmtpParts): string {
  const login = user === '' ? '' : `${encodeURIComponent(user)}${password && `:${encodeURIComponent(password)}`}@`
  return `${scheme}://${login}${host.includes(':') ? `[${host}]` : host}${port && `:${port}`}${query}`
}

/** The URL as it may be shown. */
export function withoutPassword(url: string): string {
  const parts = parseSmtpUrl(url)
  return parts === null || parts.password === '' ? url : toSmtpUrl({ ...parts, password: 'PASSWORD' })
}
