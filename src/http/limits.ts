import type { BaseConfig, Config } from '../config.ts'
import { createRateLimit, type RateLimit, type RateLimitSettings } from '../db/rate-limits.ts'
import type { Pool } from '../db/store.ts'
import type { AppContext } from './context.ts'
import { createKnownBrowsers } from './known-browser.ts'

/** Every limit on attempts, by name: what is counted, and how many of them block the key for how long. */
const baseLimits = {
  /** wrong setup tokens, by network */
  setup: ({ signIn }: BaseConfig) => signIn,
  /** wrong lines of a mail host that wants to be connected, by network */
  pairing: ({ signIn }: BaseConfig) => signIn,
  /** passwords judged for their strength, by network: one made for it keeps the thread busy for a second or two */
  'password-strength': () => ({ failures: 60, windowSeconds: 600, blockSeconds: 300 }),
} satisfies Record<string, (config: BaseConfig) => RateLimitSettings>

const limits = {
  ...baseLimits,
  /** wrong passwords of an account, at sign-in and on its profile, by its e-mail address and by network */
  'sign-in-account': ({ signIn }: Config) => signIn,
  'sign-in-network': ({ signIn }: Config) => signIn,
  /** the same in a known browser, by that browser */
  'sign-in-browser': ({ signIn }: Config) => signIn,
  /** wrong codes of a second factor, as with passwords, a known browser's among them; only a right one clears them */
  'second-factor-account': ({ signIn }: Config) => signIn,
  'second-factor-network': ({ signIn }: Config) => signIn,
  /** what browsers are asked to sign with a passkey, by network */
  'passkey-challenge': () => ({ failures: 300, windowSeconds: 600, blockSeconds: 600 }),
  /** wrong passwords of a mailbox, by its address; counted in every place that verifies one (its test has the list) */
  'mailbox-password': ({ signIn }: Config) => signIn,
  /** wrong recovery codes, by the mailbox's address */
  'recovery-code': ({ signIn }: Config) => signIn,
  /** failed claims of mailboxes, by network; for one that has an owner, by its address */
  'claim-network': ({ signIn }: Config) => signIn,
  'claim-owned': ({ signIn }: Config) => signIn,
  /** password resets, by e-mail address and by network, or by a known browser */
  'reset-address': ({ signIn }: Config) => signIn,
  'reset-network': ({ signIn }: Config) => signIn,
  'reset-browser': ({ signIn }: Config) => signIn,
  /** requests for an account, by network; mails about them, by e-mail address */
  'registration-network': ({ registration }: Config) => registration.byNetwork,
  'registration-address': ({ registration }: Config) => registration.byAddress,
  /** mails to a new e-mail address, by account and by that address */
  'email-change-account': ({ registration }: Config) => registration.byAddress,
  'email-change-address': ({ registration }: Config) => registration.byAddress,
  /** messages to administrators, by account */
  contact: () => ({ failures: 5, windowSeconds: 86_400, blockSeconds: 86_400 }),
  /** addresses asked about while they are typed, by account: more than anybody types, too few to list who is here */
  'address-check': () => ({ failures: 300, windowSeconds: 3600, blockSeconds: 3600 }),
  /** taken addresses sent in a form, by account: nobody who looks for one of their own sends that many */
  'address-taken': () => ({ failures: 60, windowSeconds: 3600, blockSeconds: 3600 }),
} satisfies Record<string, (config: Config) => RateLimitSettings>

type LimitName = keyof typeof limits

export const createLimit = ({ pool, config }: { pool: Pool; config: Config }, name: LimitName): RateLimit =>
  createRateLimit(pool, config.database.name, name, limits[name](config))

/** One that the setup needs too, before the settings are complete. */
export const createBaseLimit = (
  { pool, config }: { pool: Pool; config: BaseConfig },
  name: keyof typeof baseLimits,
): RateLimit => createRateLimit(pool, config.database.name, name, baseLimits[name](config))

/** A limit that an attempt counts against, and by which key. */
export interface Counted {
  limit: RateLimit
  key: string
  /** an attempt that succeeds clears the failures before it */
  clears?: boolean
}

/**
 * Makes an attempt if none of the limits forbids it. It is counted before it is judged, so that parallel ones cannot
 * slip through, and given back unless it failed; one that broke is not counted.
 * @returns the outcome, or for how long the person has to wait
 */
export async function attempt<T>(
  counted: Counted[],
  act: () => Promise<T>,
  hasFailed: (outcome: T) => boolean,
): Promise<{ outcome: T; waitSeconds?: never } | { outcome?: never; waitSeconds: number }> {
  const taken: Counted[] = []
  for (const one of counted) {
    const waitSeconds = await one.limit.take(one.key)
    if (waitSeconds !== null) {
      // Nothing was tried: who is kept out by one limit must not use up the others, which people may share.
      await giveBack(taken)
      return { waitSeconds }
    }
    taken.push(one)
  }

  let outcome: T
  try {
    outcome = await act()
  } catch (error) {
    await giveBack(taken).catch(() => undefined)
    throw error
  }
  if (hasFailed(outcome)) await Promise.all(taken.map(({ limit, key }) => limit.fail(key)))
  else await Promise.all(taken.map(({ limit, key, clears }) => (clears ? limit.forget(key) : limit.giveBack(key))))
  return { outcome }
}

/**
 * Like `attempt`, with fewer statements, for attempts that hardly ever fail. While no more than `few` have failed or
 * are under way here, one is counted once it has failed, before anybody is told; from then on, before it is made.
 */
export function createTrustingAttempt(limit: RateLimit, few: number) {
  const underWay = new Map<string, number>()
  const add = (key: string, one: 1 | -1) => {
    const count = (underWay.get(key) ?? 0) + one
    if (count === 0) underWay.delete(key)
    else underWay.set(key, count)
  }

  return async <T>(key: string, act: () => Promise<T>, hasFailed: (outcome: T) => boolean) => {
    const counted = [{ limit, key }]
    add(key, 1)
    try {
      const isFarFromLimit = (await limit.used(key)) + (underWay.get(key) ?? 0) <= few
      if (!isFarFromLimit) return await attempt(counted, act, hasFailed)
      const outcome = await act()
      if (!hasFailed(outcome)) return { outcome }
      return await attempt(counted, () => Promise.resolve(outcome), hasFailed)
    } finally {
      add(key, -1)
    }
  }
}

/** The limits that a wrong password, or code, of this account counts against, wherever one is asked for. */
export function createAccountLimits(
  deps: { pool: Pool; config: Config },
  kind: 'sign-in' | 'second-factor' = 'sign-in',
) {
  const byNetwork = createLimit(deps, `${kind}-network`)
  const byAccount = createLimit(deps, `${kind}-account`)
  const byBrowser = createLimit(deps, 'sign-in-browser')
  const browsers = createKnownBrowsers(deps.config)

  return (c: AppContext, email: string): Counted[] => {
    // Codes are asked of who has the password, and who had it earlier may have made many browsers known.
    const browser = kind === 'sign-in' ? browsers.find(c, email) : null
    if (browser !== null) return [{ limit: byBrowser, key: browser, clears: true }]
    return [
      { limit: byNetwork, key: c.get('network') },
      { limit: byAccount, key: email, clears: true },
    ]
  }
}

const giveBack = (taken: Counted[]) => Promise.all(taken.map(({ limit, key }) => limit.giveBack(key)))

/** What to tell somebody who has to wait, with the header that goes with it (RFC 9110, 10.2.3). The status is 429. */
export function tooMany(c: AppContext, waitSeconds: number): string {
  c.header('Retry-After', String(waitSeconds))
  return c.get('t').errors.tooManyAttempts(waitSeconds)
}
