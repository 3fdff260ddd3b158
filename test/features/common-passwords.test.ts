import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSignedTime } from '../../src/lib/signed-time.ts'
import { errorAt } from '../support/aliases.ts'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import type { Answer, Browser } from '../support/browser.ts'
import { linkTo } from '../support/outbox.ts'
import { addMailbox, endTask, everyRow, MAILBOX_PASSWORD } from '../support/tasks.ts'

const STOLEN = 'a dove that somebody stole'

let site: TestApp
let ada: Browser
let token: string
let registration: string
const ids = { open: 0, failed: 0 }
beforeAll(async () => {
  site = await startApp({ deps: { isBreached: (password) => Promise.resolve(password === STOLEN) } })
  ada = await site.signedIn('ada')
  ids.open = await addMailbox(site, { address: 'ada.lovelace@example.org', accountId: site.idOf('ada') })
  const first = 'a first long password'
  await ada.post('/mailboxes', { localPart: 'ada.byron', domain: 'example.org', password: first, again: first })
  await endTask(site, 'ada.byron@example.org', 'mail_host')
  const [failed] = await site.query<{ id: number }>(
    "SELECT id FROM colombier_mailboxes WHERE address LIKE 'ada.byron@%'",
  )
  ids.failed = failed?.id ?? 0
  await site.visitor().post('/registration', {
    email: 'newcomer@people.test',
    reason: 'I look after the pigeons.',
    remarks: '',
    opened: createSignedTime(site.config.sessionSecrets, 'registration form').sign(Date.now() - 60_000),
  })
  registration = await tokenTo('newcomer@people.test')
  await site.visitor().post('/password-reset', { email: CAST.ada.email })
  token = await tokenTo(CAST.ada.email)
})
afterAll(() => site.stop())

const tokenTo = async (email: string) => new URL(await linkTo(site, email), 'http://x').searchParams.get('token') ?? ''

/** Every page where a new password is set, and the address that it is for. */
const places: [string, string, (password: string) => Promise<Answer>][] = [
  [
    'of a request for an account',
    'newcomer@people.test',
    (password) => site.visitor().post('/registration/confirmation', { token: registration, password, again: password }),
  ],
  [
    'of the profile',
    CAST.ada.email,
    (password) => ada.post('/profile/password', { current: PASSWORD, password, again: password }),
  ],
  [
    'of a forgotten password',
    CAST.ada.email,
    (password) => site.visitor().post('/password-reset/new', { token, password, again: password }),
  ],
  [
    'of a new mailbox',
    'ada.the.second@example.org',
    (password) =>
      ada.post('/mailboxes', { localPart: 'ada.the.second', domain: 'example.org', password, again: password }),
  ],
  [
    'of a mailbox whose password is changed',
    'ada.lovelace@example.org',
    (password) => ada.post(`/mailboxes/${ids.open}/password`, { current: MAILBOX_PASSWORD, password, again: password }),
  ],
  [
    'of a mailbox that is set up again',
    'ada.byron@example.org',
    (password) => ada.post(`/mailboxes/${ids.failed}/creation`, { password, again: password }),
  ],
]

describe.each(places)('the form %s', (_, address, send) => {
  test('refuses what is common, what was stolen elsewhere and what is the address, says so at the field, and changes nothing', async () => {
    const before = await everyRow(site)

    const common = await send('Password1234')
    expect(common.status).toBe(422)
    expect(errorAt(common, 'password')).toContain('too common')
    const own = await send(`${address}!`)
    expect(own.status).toBe(422)
    expect(errorAt(own, 'password')).toContain('too close to your address')

    const stolen = await send(STOLEN)
    expect(stolen.status).toBe(422)
    expect(errorAt(stolen, 'password')).toContain('was stolen somewhere else')

    expect(await everyRow(site)).toEqual(before)
    expect(common.html).not.toContain('Password1234')
  })
})

test('who reads French is told so in French', async () => {
  await site.query("UPDATE colombier_accounts SET language = 'fr' WHERE id = ?", [site.idOf('ada')])
  const send = (password: string) =>
    ada.post(`/mailboxes/${ids.open}/password`, { current: MAILBOX_PASSWORD, password, again: password })
  expect(errorAt(await send('password1234'), 'password')).toContain('trop courant')
  expect(errorAt(await send('ada.lovelace@example.org'), 'password')).toContain('trop proche de votre adresse')
})
