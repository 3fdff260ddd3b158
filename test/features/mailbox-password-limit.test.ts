import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import type { Answer, Browser } from '../support/browser.ts'
import { addMailbox, MAILBOX_PASSWORD } from '../support/tasks.ts'

const ADDRESS = 'ada.lovelace@example.org'
const NEXT = 'a heron at the pond'

let site: TestApp
let ada: Browser
let id: number
beforeAll(async () => {
  site = await startApp()
  ada = await site.signedIn('ada')
  id = await addMailbox(site, { address: ADDRESS, accountId: site.idOf('ada') })
})
afterAll(() => site.stop())
beforeEach(async () => {
  await site.query('DELETE FROM colombier_rate_limits')
  await site.query('UPDATE colombier_mailboxes SET account_id = ?', [site.idOf('ada')])
})

/** Every place that says whether a mailbox's password is right, by the file that asks the hasher. */
const places: Record<string, (password: string) => Promise<Answer>> = {
  'claim/claim.ts': async (password) => {
    await site.query('UPDATE colombier_mailboxes SET account_id = NULL')
    const answer = await ada.post('/mailbox-claims', { address: ADDRESS, password })
    await site.query('UPDATE colombier_mailboxes SET account_id = ?', [site.idOf('ada')])
    return answer
  },
  'deletion/request.ts': (password) => ada.post(`/mailboxes/${id}/deletion`, { password }),
  'mailboxes/create.ts': (password) =>
    ada.post('/mailboxes', { localPart: 'ada.lovelace', domain: 'example.org', password, again: password }),
  'password/change.ts': (password) =>
    ada.post(`/mailboxes/${id}/password`, { current: password, password: NEXT, again: NEXT }),
}

test('the places that judge a mailbox’s password are these', () => {
  const features = join(import.meta.dirname, '../../src/features')
  const judging = readdirSync(features, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .filter((file) => /mailbox\.verify\(/.test(readFileSync(join(features, file), 'utf8')))
  expect(judging.sort()).toEqual(Object.keys(places))
})

test.each(Object.keys(places))('five wrong passwords at %s close every place to the right one', async (guessed) => {
  for (let guess = 1; guess <= 5; guess++) {
    expect((await places[guessed]?.(`a wrong password, ${guess}`))?.status).toBe(422)
  }
  for (const [place, send] of Object.entries(places)) {
    const answer = await send(MAILBOX_PASSWORD)
    expect([place, answer.status]).toEqual([place, 429])
    expect(answer.headers.get('Retry-After')).not.toBeNull()
  }
  expect(await site.query('SELECT 1 FROM colombier_tasks')).toEqual([])
})

test('what cleo tries at the mailbox of ada takes no attempt from ada', async () => {
  const cleo = await site.signedIn('cleo')
  const guesses = [1, 2, 3, 4, 5].map(() => cleo.post('/mailbox-claims', { address: ADDRESS, password: 'a wrong one' }))
  for (const { status } of await Promise.all(guesses)) expect(status).toBe(422)
  cleo.address = '198.51.100.7'
  expect((await cleo.post('/mailbox-claims', { address: ADDRESS, password: MAILBOX_PASSWORD })).status).toBe(429)

  expect((await places['password/change.ts']?.('not the current one'))?.status).toBe(422)
})
