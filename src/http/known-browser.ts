import { randomBytes } from 'node:crypto'
import { getCookie, setCookie } from 'hono/cookie'
import type { BaseConfig } from '../config.ts'
import { createSignature } from '../lib/signature.ts'
import type { AppContext } from './context.ts'

// Browsers keep a cookie for no longer than 400 days.
const mostSeconds = 400 * 86_400

const cookieName = ({ secure }: BaseConfig): string => (secure ? '__Host-colombier-device' : 'colombier-device')

/**
 * Browsers in which the owner of an account has signed in. Such a browser has attempts of its own, so that what
 * strangers try elsewhere does not lock the owner out (OWASP's device cookie). The cookie is a random name with a
 * signature over the name and the account's address. It opens nothing: it only grants attempts of its own.
 */
export function createKnownBrowsers(config: BaseConfig) {
  const signature = createSignature(config.sessionSecrets, 'known browser')

  /** The browser's name, if somebody has signed in to this account in it; else null. */
  const find = (c: AppContext, email: string): string | null => {
    const [, name = '', given = ''] = /^([\w-]{22})\.([\w-]{43})$/.exec(getCookie(c, cookieName(config)) ?? '') ?? []
    return signature.isOwn(`${name} ${email}`, given) ? name : null
  }

  return {
    find,

    /** Marks the browser as known for this account, in place of an earlier one. */
    remember(c: AppContext, email: string): void {
      const name = find(c, email) ?? randomBytes(16).toString('base64url')
      setCookie(c, cookieName(config), `${name}.${signature.sign(`${name} ${email}`)}`, {
        path: '/',
        maxAge: mostSeconds,
        httpOnly: true,
        secure: config.secure,
        sameSite: 'Lax',
      })
    },
  }
}
