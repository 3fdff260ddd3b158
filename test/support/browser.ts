import { assertValidHtml } from './valid-html.ts'

export interface Answer {
  status: number
  html: string
  headers: Headers
  /** where it leads, for a redirect or htmx's */
  location: string | null
}

export interface RequestOptions {
  /** asks as htmx does, for a fragment */
  htmx?: boolean
  headers?: Record<string, string>
}

/** Whatever answers requests, as Hono's apps do. */
interface App {
  request(url: string, init: RequestInit, bindings: object): Response | Promise<Response>
}

/** What the adapter gives the app of Node, as far as anybody looks, and the headers that Node then sends. */
export function asNode(remoteAddress: string): { bindings: object; answered: (response: Response) => Headers } {
  const fixed = new Headers()
  return {
    bindings: { incoming: { socket: { remoteAddress } }, outgoing: { setHeader: fixed.set.bind(fixed) } },
    answered(response) {
      const all = new Headers(response.headers)
      for (const [name, value] of fixed) if (!all.has(name)) all.set(name, value)
      return all
    },
  }
}

type Form = Record<string, string | string[]>

/** A small browser over the app: keeps cookies, says its origin, and follows nothing. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #app: App
  readonly #origin: string
  /** of the socket */
  address: string

  constructor(app: App, origin: string, address: string) {
    this.#app = app
    this.#origin = origin
    this.address = address
  }

  get(path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.send(path, { method: 'GET' }, options)
  }

  post(path: string, form: Form = {}, options: RequestOptions = {}): Promise<Answer> {
    const body = new URLSearchParams()
    for (const [name, value] of Object.entries(form)) for (const one of [value].flat()) body.append(name, one)
    return this.send(
      path,
      { method: 'POST', body },
      { ...options, headers: { Origin: this.#origin, ...options.headers } },
    )
  }

  async send(path: string, init: RequestInit, { htmx = false, headers = {} }: RequestOptions = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const { bindings, answered } = asNode(this.address)
    const response = await this.#app.request(
      this.#origin + path,
      {
        ...init,
        headers: {
          ...(cookie !== '' && { Cookie: cookie }),
          ...(htmx && { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }),
          ...headers,
        },
      },
      bindings,
    )
    const headersSent = answered(response)
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    const html = await response.text()
    if (response.headers.get('Content-Type')?.startsWith('text/html')) assertValidHtml(html)
    return {
      status: response.status,
      html,
      headers: headersSent,
      location: response.headers.get('Location') ?? response.headers.get('HX-Redirect'),
    }
  }

  #keep(setCookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? []
    if (/;\s*Max-Age=0\b/i.test(setCookie)) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}
