import type { MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { getIronSession, type IronSession, type SessionOptions } from 'iron-session'
import { hash } from 'node:crypto'
import type { PoolConnection } from 'mysql2/promise'
import { lacksOf } from '../account/second-factor.ts'
import { isSecondFactorNeeded } from '../db/second-factors.ts'
import { createSession, endSession, findSession, renewSession, touchSession } from '../db/sessions.ts'
import { transaction } from '../db/store.ts'
import { isUnavailable } from '../db/unavailable.ts'
import { readQueueState } from '../db/registrations.ts'
import { catalogues, isLanguage } from '../i18n/languages.ts'
import { describeError } from '../lib/log.ts'
import type { BaseConfig, Config } from '../config.ts'
import type { AppContext, AppEnv, BaseDeps } from './context.ts'
import { createMemory } from '../lib/memory.ts'
import { orRefusal, Refused, type Result } from '../lib/result.ts'
import { hasRole } from '../lib/roles.ts'
import { hashToken } from '../lib/token.ts'
import { mailboxesFor } from './own-mailboxes.ts'
import { isHtmx } from './paths.ts'
export type { Account } from '../db/accounts.ts'

// getIronSession is overloaded; this is the one that takes a store.
type FromStore = (store: unknown, options: SessionOptions) => Promise<IronSession<{ sid?: string }>>

const sessionCookieName = (config: BaseConfig): string => (config.secure ? '__Host-colombier' : 'colombier')

/**
 * The sealed cookie, which carries the session's id and nothing else. Opening costs some 2 ms.
 * iron-session identifies secrets by a number in the cookie. A secret that moves from SESSION_SECRET to
 * SESSION_SECRET_OLD would have to keep its number, so each secret is tried instead.
 */
async function openCookie(c: AppContext) {
  const [newest = '', ...older] = c.get('config').sessionSecrets
  const cookie = await openWith(c, newest)
  for (const secret of older) cookie.sid ??= (await openWith(c, secret)).sid
  return cookie
}

function openWith(c: AppContext, password: string) {
  const config = c.get('config')
  const store = {
    get(name: string) {
      const value = getCookie(c, name)
      return value === undefined ? undefined : { name, value }
    },
    set(name: string, value: string, options: Parameters<typeof setCookie>[3]) {
      setCookie(c, name, value, options)
    },
  }
  return (getIronSession as FromStore)(store, {
    cookieName: sessionCookieName(config),
    password,
    // The row decides how long a session lives; the cookie ends with the browser.
    ttl: 0,
    cookieOptions: { httpOnly: true, secure: config.secure, sameSite: 'lax', path: '/', maxAge: undefined },
  })
}

/** The session that a cookie names. */
interface Named {
  idHash: Buffer
  /** false when it was last found to be of somebody who moderates nothing */
  mayModerate: boolean
}

/**
 * The session that the browser's cookie names, null when there is none. What the last cookies were found to
 * hold is kept by their digests, which open nothing: it takes as long to open one as to make a page. Whether the
 * session still is one, the database is asked each time.
 */
function createCookieReader(config: BaseConfig): (c: AppContext) => Promise<Named | null> {
  const name = sessionCookieName(config)
  const opened = createMemory<Named>(1000)

  return async (c) => {
    const sealed = getCookie(c, name)
    if (sealed === undefined) return null
    const digest = hash('sha256', sealed, 'base64')
    const known = opened.get(digest)
    if (known !== undefined) return known

    const { sid } = await openCookie(c)
    if (sid === undefined) return null
    const named = { idHash: hashToken(sid), mayModerate: true }
    opened.set(digest, named)
    return named
  }
}

/**
 * Puts `account` and its language into the context. Where the session has not shown what the account needs, whatever
 * the cause, it is put into `waiting` instead, and nobody is signed in: what nobody may do, such a session may not do.
 */
export const readSession = ({ pool, config, log }: BaseDeps & { config: Config }): MiddlewareHandler<AppEnv> => {
  const readCookie = createCookieReader(config)
  const factorFrom = config.secondFactor.from

  return async (c, next) => {
    const named = await readCookie(c)
    if (named === null) return next()

    const { idHash } = named
    const session = await findSession(pool, idHash, {
      factorFrom,
      withQueue: named.mayModerate && !isHtmx(c),
      mailboxes: mailboxesFor(c),
      mapping: config.mapping,
    })
    if (session === null) return next()
    const { account } = session
    if (isLanguage(account.language)) {
      c.set('language', account.language)
      c.set('t', catalogues[account.language])
    }
    c.set('isProven', session.isProven)
    const lacks = lacksOf(config.secondFactor, session)
    if (lacks !== null) {
      c.set('waiting', { account, lacks, sessionHash: idHash })
      return next()
    }
    named.mayModerate = hasRole(account, 'admin')

    // A database that takes no writes can be read all the same.
    if (session.stale) {
      await touchSession(pool, idHash, config.sessionLife).catch((error: unknown) => {
        if (!isUnavailable(error)) throw error
        log.error({ event: 'session not prolonged', reference: c.get('reference'), ...describeError(error) })
      })
    }
    c.set('account', account)
    c.set('ownMailboxes', session.mailboxes)
    c.set('sessionHash', idHash)
    c.set('isFactorShown', session.isFactorShown)
    if (named.mayModerate) {
      let asked = session.queue === null ? undefined : Promise.resolve(session.queue)
      c.set('queueState', () => (asked ??= readQueueState(pool)))
    }
    return next()
  }
}

interface Begun {
  sid: string
  ended: number
  waits: boolean
}

interface Begin {
  /** asked first, in the same transaction; false: no session begins, and nothing that was written stays */
  onlyIf?: (db: PoolConnection) => Promise<boolean>
  /** whether a second factor was shown */
  isFactorShown?: boolean
  /** whether the password was given, or a passkey shown, within ten minutes; by default it was just now */
  isProven?: boolean
  /** in the same transaction */
  alsoDo?: (db: PoolConnection, waits: boolean) => Promise<void>
}

/**
 * Starts a session under a new id, of somebody who has just given the account's password, and ends the one that the
 * browser had.
 * @returns whether it waits for a second factor, so that nobody is signed in yet; null when there is none
 */
export async function startSession(
  c: AppContext,
  { pool, config }: BaseDeps,
  accountId: number,
  { onlyIf, isFactorShown = false, isProven = true, alsoDo }: Begin = {},
): Promise<{ waits: boolean } | null> {
  const cookie = await openCookie(c)

  const begun = transaction(pool, async (db): Promise<Result<Begun, 'not now'>> => {
    if (onlyIf && !(await onlyIf(db))) throw new Refused('not now')
    if (cookie.sid !== undefined) await endSession(db, hashToken(cookie.sid))
    const waits = !isFactorShown && (await isSecondFactorNeeded(db, accountId))
    await alsoDo?.(db, waits)
    const session = await createSession(db, {
      accountId,
      life: config.sessionLife,
      network: c.get('network'),
      userAgent: c.req.header('User-Agent') ?? '',
      waits,
      isFactorShown,
      isProven,
    })
    return { done: { ...session, waits } }
  })
  const { done: session } = await orRefusal(begun)
  if (session === undefined) return null
  if (session.ended > 0) c.get('security')({ act: 'session limit', outcome: 'done', account: accountId })
  cookie.sid = session.sid
  await cookie.save()
  return session
}

/** Goes on under a new id, for who has just shown again who they are. Nothing when the session has ended meanwhile. */
export async function renewHere(c: AppContext, { pool }: BaseDeps, sessionHash: Buffer): Promise<void> {
  const sid = await transaction(pool, (db) => renewSession(db, sessionHash))
  if (sid === null) return
  const cookie = await openCookie(c)
  cookie.sid = sid
  await cookie.save()
  const waiting = c.get('waiting')
  if (waiting === null) c.set('sessionHash', hashToken(sid))
  else c.set('waiting', { ...waiting, sessionHash: hashToken(sid) })
}

/** Whether the browser has the cookie of a session, which may have ended. */
export const hasSessionCookie = (c: AppContext): boolean =>
  getCookie(c, sessionCookieName(c.get('config'))) !== undefined

/** Ends the session here and in the database; without one, does nothing. */
export async function stopSession(c: AppContext, { pool }: BaseDeps): Promise<void> {
  const cookie = await openCookie(c)
  if (cookie.sid !== undefined) await endSession(pool, hashToken(cookie.sid))
  cookie.destroy()
}
