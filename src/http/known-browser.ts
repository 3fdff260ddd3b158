import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { getCookie, setCookie } from 'hono/cookie'
import type { BaseConfig } from '../config.ts'
import { deriveKeys, newestOf } from '../lib/derived-keys.ts'
import type { AppContext } from './context.ts'

// Browsers keep a cookie for no longer than 400 days.
const mostSeconds = 400 * 86_400

const cookieName = ({ secure }: BaseConfig): string => (secure ? '__Host-colombier-device' : 'colombier-device')

/**
 * Browsers in which an account was signed in to: what strangers try elsewhere does not keep its owner out there, since
 * such a browser has attempts of its own (OWASP's device cookie). The cookie is a random name and a signature over it
 * and the account's address: it opens nothing, and gives a right to five wrong passwords.
 */
export function createKnownBrowsers(config: BaseConfig) {
  const keys = deriveKeys(config.sessionSecrets, 'known browser')
  const sign = (key: Buffer, name: string, email: string) =>
    createHmac('sha256', key).update(`${name} ${email}`).digest()

  /** The browser's name, if the account of this address was signed in to in it; else null. */
  const find = (c: AppContext, email: string): string | null => {
    const [, name = '', given = ''] = /^([\w-]{22})\.([\w-]{43})$/.exec(getCookie(c, cookieName(config)) ?? '') ?? []
    const bytes = Buffer.from(given, 'base64url')
    const known = keys.some((key) => bytes.length === 32 && timingSafeEqual(sign(key, name, email), bytes))
    return known ? name : null
  }

  return {
    find,

    /** From now on the browser is known for this account, in place of the one before. */
    remember(c: AppContext, email: string): void {
      const name = find(c, email) ?? randomBytes(16).toString('base64url')
      const signature = sign(newestOf(keys), name, email).toString('base64url')
      setCookie(c, cookieName(config), `${name}.${signature}`, {
        path: '/',
        maxAge: mostSeconds,
        httpOnly: true,
        secure: config.secure,
        sameSite: 'Lax',
      })
    },
  }
}
