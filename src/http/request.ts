import { randomUUID } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Place } from '../db/account-events.ts'
import { acceptedLanguage, catalogues, isLanguage, type Language } from '../i18n/languages.ts'
import { createMemory } from '../lib/memory.ts'
import { createAddressReader, networkOf } from '../lib/network.ts'
import type { AppContext, AppEnv, BaseDeps } from './context.ts'

const LANGUAGE_COOKIE = 'colombier-language'

/** Visitors without an account see this language from now on. */
export const setLanguageCookie = (c: AppContext, language: Language): void =>
  setCookie(c, LANGUAGE_COOKIE, language, {
    path: '/',
    maxAge: 365 * 86_400,
    httpOnly: true,
    secure: c.get('config').secure,
    sameSite: 'Lax',
  })

/** From where it comes. */
export const placeOf = (c: AppContext): Place => ({
  network: c.get('network'),
  userAgent: c.req.header('User-Agent') ?? '',
})

/** Anyone who reaches the server directly can send such a header, so the log is protected from floods. */
const mostWarnings = 10

/** Sets what every request knows about itself, and writes its line in the log. */
export const readRequest = ({
  config,
  log,
  isBreached = () => Promise.resolve(false),
}: Omit<BaseDeps, 'pool'>): MiddlewareHandler<AppEnv> => {
  const { readAddress, isTrusted } = createAddressReader(config.trustedProxies)
  const warned = new Set<string>()
  // Browsers send few different ones, and each of them with every request.
  const accepted = createMemory<Language | null>(100)
  const languageOf = (header = ''): Language => {
    let language = accepted.get(header)
    if (language === undefined) accepted.set(header, (language = acceptedLanguage(header)))
    return language ?? config.language
  }

  return async (c, next) => {
    const began = performance.now()
    // The random end of it. Node draws the randomness for many of them at once.
    const reference = randomUUID().slice(-10)
    const chosen = getCookie(c, LANGUAGE_COOKIE)
    const language = isLanguage(chosen) ? chosen : languageOf(c.req.header('Accept-Language'))
    const peer = getConnInfo(c).remote.address ?? ''
    const forwardedFor = c.req.header('X-Forwarded-For')
    const address = readAddress(peer, forwardedFor)
    const isForwarded = Boolean(forwardedFor ?? c.req.header('Forwarded'))
    const strayProxy = isForwarded && !isTrusted(peer) ? peer : null
    if (strayProxy !== null && warned.size < mostWarnings && !warned.has(strayProxy)) {
      warned.add(strayProxy)
      log.warn(
        { event: 'stray proxy', address: strayProxy },
        'X-Forwarded-For from a host that TRUSTED_PROXIES does not name: all its visitors count as one',
      )
    }

    c.set('config', config)
    c.set('isBreached', isBreached)
    c.set('reference', reference)
    c.set('strayProxy', strayProxy)
    c.set('security', ({ act, outcome, account = c.get('account')?.id }) =>
      log[outcome === 'done' ? 'info' : 'warn']({ event: 'security', act, outcome, account, address, reference }),
    )
    c.set('language', language)
    c.set('t', catalogues[language])
    c.set('address', address)
    c.set('network', networkOf(address))
    c.set('account', null)
    c.set('waiting', null)
    c.set('ownMailboxes', null)
    c.set('isProven', false)
    c.set('isFactorShown', false)
    c.set('sessionHash', null)
    c.set('queueState', () => Promise.resolve(null))
    await next()

    if (c.res.status === 403) c.get('security')({ act: 'right', outcome: 'refused' })
    if (c.res.status === 429) c.get('security')({ act: 'limit', outcome: 'blocked' })
    const ms = Math.round(performance.now() - began)
    log.info({ event: 'request', reference, method: c.req.method, path: c.req.path, status: c.res.status, ms })
  }
}
