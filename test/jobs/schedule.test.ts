import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { startSchedule } from '../../src/jobs/schedule.ts'
import type { Log } from '../../src/lib/log.ts'

const everySecond = '* * * * * *'
let logged: string[]
const log = { error: (...words: unknown[]) => logged.push(JSON.stringify(words)) } as unknown as Log

beforeEach(() => {
  logged = []
})

test.each(['', 'now and then', '99 * * * *', '* * * * * * * *'])(
  'the rule "%s" is refused, and no job begins',
  async (rule) => {
    let runs = 0
    const count = () => Promise.resolve(runs++)

    expect(() =>
      startSchedule(
        [
          { name: 'good', rule: everySecond, run: count },
          { name: 'bad', rule, run: count },
        ],
        log,
      ),
    ).toThrow('The job bad has a rule that cannot be read')
    await sleep(1200)
    expect(runs).toBe(0)
  },
)

test('a job that fails is logged without values, and its next turn comes', async () => {
  let runs = 0
  const run = () => {
    runs++
    return Promise.reject(Object.assign(new Error('secret value'), { code: 'ER_DUP_ENTRY', errno: 1062 }))
  }
  const schedule = startSchedule([{ name: 'outbox', rule: everySecond, run }], log)
  await sleep(2300)
  await schedule.stop()

  expect(runs).toBeGreaterThanOrEqual(2)
  expect(logged).toHaveLength(runs)
  expect(logged[0]).toContain('ER_DUP_ENTRY')
  expect(logged[0]).not.toContain('secret value')
})

test('a job never runs twice at once, and stopping waits for it and begins no other', async () => {
  let [begun, ended] = [0, 0]
  const run = async () => {
    begun++
    await sleep(2500)
    ended++
  }
  const schedule = startSchedule([{ name: 'slow', rule: everySecond, run }], log)
  await sleep(2200)
  expect([begun, ended]).toEqual([1, 0])

  await schedule.stop()
  expect([begun, ended]).toEqual([1, 1])
  await sleep(1200)
  expect(begun).toBe(1)
})
