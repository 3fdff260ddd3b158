import { afterAll, beforeAll, expect, test } from 'vitest'
import { resealSecondFactors } from '../../src/jobs/second-factors.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { addAuthenticator, codeOf, signInWithPassword } from '../support/second-factor.ts'

const NEW = 'another secret, which is long enough too'
let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())

const secrets = async () =>
  (await site.query<{ secret: string }>('SELECT secret FROM colombier_totp ORDER BY account_id')).map(
    ({ secret }) => secret,
  )

test('after a night under a new secret, the codes of every app work without the old one', async () => {
  const keys = new Map<'ada' | 'cleo', string>()
  for (const person of ['ada', 'cleo'] as const)
    keys.set(person, (await addAuthenticator(await site.signedIn(person))).key)
  const before = await secrets()

  await resealSecondFactors(site.pool, site.config, 1)
  expect(await secrets()).toEqual(before)
  await resealSecondFactors(site.pool, { sessionSecrets: [NEW] })
  expect(await secrets()).toEqual(before)
  await resealSecondFactors(site.pool, { sessionSecrets: [NEW, ...site.config.sessionSecrets] }, 1)
  expect((await secrets()).filter((secret) => before.includes(secret))).toEqual([])

  const renewed = await startApp({ env: { SESSION_SECRET: NEW }, database: site.database, cast: false })
  for (const [person, key] of keys) {
    const browser = renewed.visitor()
    await signInWithPassword(browser, person)
    expect((await browser.post('/sign-in/second-factor', { code: codeOf(key), next: '/' })).location).toBe('/')
  }
  await renewed.stop()
})
