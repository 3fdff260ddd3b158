import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLimit, createTrustingAttempt } from '../../src/http/limits.ts'
import { startApp, type TestApp } from '../support/app.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())

const counted = async () => {
  const rows = await site.query<{ points: number }>(
    "SELECT points FROM colombier_rate_limits WHERE `key` LIKE 'address-taken%'",
  )
  return rows[0]?.points ?? 0
}

test('two attempts under way are trusted, the next eight are counted beforehand, and of those that failed all are', async () => {
  const attempt = createTrustingAttempt(createLimit(site, 'address-taken'), 2)
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  let begun = 0
  const begin = (number: number) =>
    attempt(
      'ada',
      async () => {
        begun++
        await released
        return number
      },
      (outcome) => outcome < 5,
    )
  const first = [0, 1].map(begin)
  await expect.poll(() => begun).toBe(2)
  expect(await counted()).toBe(0)
  const attempts = [...first, ...[2, 3, 4, 5, 6, 7, 8, 9].map(begin)]
  await expect.poll(() => begun).toBe(10)
  expect(await counted()).toBe(8)
  release()
  expect((await Promise.all(attempts)).map(({ outcome }) => outcome)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(await counted()).toBe(5)

  // From now on nobody is trusted.
  expect((await attempt('ada', counted, () => false)).outcome).toBe(6)
})
