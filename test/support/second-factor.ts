import { setTimeout as sleep } from 'node:timers/promises'
import { Secret, TOTP } from 'otpauth'
import { CAST, PASSWORD, type Person, type TestApp } from './app.ts'
import type { Browser } from './browser.ts'

/** What an app shows that has this key, so many periods from now. */
export const codeOf = (key: string, periods = 0): string =>
  new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: Date.now() + periods * 30_000 })

/** Waits for the next period where this one is about to end: the code before it would be too old when it arrives. */
export async function earlyInPeriod(): Promise<void> {
  const left = 30_000 - (Date.now() % 30_000)
  if (left < 6_000) await sleep(left)
}

/** The key on the page that shows it. */
export const keyOn = (html: string): string =>
  (/<code class="value">([A-Z2-7 ]+)<\/code>/.exec(html)?.[1] ?? '').replaceAll(' ', '')

export const backupCodesOn = (html: string): string[] => html.match(/\b(?:[a-z2-9]{4}-){5}[a-z2-9]{4}\b/g) ?? []

export const signInWithPassword = (browser: Browser, person: Person, next = '/') =>
  browser.post('/sign-in', { email: CAST[person].email, password: PASSWORD, next })

/** Adds an authenticator app in this browser, where somebody is signed in. */
export async function addAuthenticator(browser: Browser): Promise<{ key: string; backupCodes: string[] }> {
  await browser.post('/security/authenticator')
  const key = keyOn((await browser.get('/security/authenticator')).html)
  await earlyInPeriod()
  // The code before this one: those that follow are still to be shown.
  const answer = await browser.post('/security/authenticator/confirmation', { code: codeOf(key, -1) })
  if (answer.status !== 201) throw new Error(`the app was not added: ${answer.status}`)
  return { key, backupCodes: backupCodesOn(answer.html) }
}

/** Takes every second factor from everybody, and what was counted. */
export async function forgetSecondFactors({ query }: Pick<TestApp, 'query'>): Promise<void> {
  for (const table of [
    'totp',
    'passkeys',
    'challenges',
    'backup_codes',
    'sessions',
    'rate_limits',
    'outbox',
    'audit',
    'account_events',
  ])
    await query(`DELETE FROM colombier_${table}`)
}
