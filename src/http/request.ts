import { randomUUID } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { acceptedLanguage, catalogues, isLanguage, type Language } from '../i18n/languages.ts'
import { createAddressReader, networkOf } from '../lib/network.ts'
import type { AppContext, AppEnv, BaseDeps } from './context.ts'

const LANGUAGE_COOKIE = 'colombier-language'

/** What is asked for without an account is in this language from now on. */
export const setLanguageCookie = (c: AppContext, language: Language): void =>
  setCookie(c, LANGUAGE_COOKIE, language, {
    path: '/',
    maxAge: 365 * 86_400,
    httpOnly: true,
    secure: c.var.config.secure,
    sameSite: 'Lax',
  })

/** What every request knows of itself before anything is asked, and its line in the log. */
export const readRequest = ({ config, log }: BaseDeps): MiddlewareHandler<AppEnv> => {
  const readAddress = createAddressReader(config.trustedProxies)

  return async (c, next) => {
    const began = performance.now()
    // The random end of it. Node draws the randomness for many of them at once.
    const reference = randomUUID().slice(-10)
    const chosen = getCookie(c, LANGUAGE_COOKIE)
    const language = isLanguage(chosen)
      ? chosen
      : (acceptedLanguage(c.req.header('Accept-Language')) ?? config.language)
    const address = readAddress(getConnInfo(c).remote.address, c.req.header('X-Forwarded-For'))

    c.set('config', config)
    c.set('reference', reference)
    c.set('language', language)
    c.set('t', catalogues[language])
    c.set('address', address)
    c.set('network', networkOf(address))
    c.set('account', null)
    c.set('sessionHash', null)
    c.set('queueState', () => Promise.resolve(null))
    await next()

    const ms = Math.round(performance.now() - began)
    log.info({ event: 'request', reference, method: c.req.method, path: c.req.path, status: c.res.status, ms })
  }
}
