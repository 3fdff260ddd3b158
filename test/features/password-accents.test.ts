import { afterAll, beforeAll, expect, test } from 'vitest'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

const COMPOSED = 'la fée et l’été à Orléans'.normalize('NFC')
const DECOMPOSED = COMPOSED.normalize('NFD')

let site: TestApp
let ada: Browser
beforeAll(async () => {
  site = await startApp()
  ada = await site.signedIn('ada')
})
afterAll(() => site.stop())

let nextAddress = 1
const signIn = async (password: string) => {
  const browser = site.visitor(`198.51.100.${nextAddress++}`)
  return (await browser.post('/sign-in', { email: CAST.ada.email, password, next: '/' })).status
}

test('ada sets a password on one computer and signs in on another that writes accents differently', async () => {
  for (const [current, password] of [
    [PASSWORD, DECOMPOSED],
    [COMPOSED, `${COMPOSED}!`],
    [`${DECOMPOSED}!`, COMPOSED],
  ] as const) {
    const answer = await ada.post('/profile/password', { current, password, again: password })
    expect(answer.location).toBe('/profile?done=password')
    expect(await signIn(password.normalize('NFC'))).toBe(303)
    expect(await signIn(password.normalize('NFD'))).toBe(303)
  }
  expect(await signIn('la fee et l’ete a Orleans')).toBe(422)
})

test('a hash that was made of a password as it was typed, before, still opens to it', async () => {
  // argon2id of the decomposed form, as earlier versions made it.
  const { default: argon2 } = await import('argon2')
  const hash = `{ARGON2ID}${await argon2.hash(DECOMPOSED, { memoryCost: 8192, timeCost: 1, parallelism: 1 })}`
  await site.query('UPDATE colombier_accounts SET password_hash = ? WHERE id = ?', [hash, site.idOf('ada')])
  expect(await signIn(DECOMPOSED)).toBe(303)
  expect(await signIn('another password')).toBe(422)
})

test('six letters are six, however many characters their accents take', async () => {
  const cleo = await site.signedIn('cleo')
  const short = 'éàùêçî'.normalize('NFD')
  expect(short).toHaveLength(12)
  const answer = await cleo.post('/profile/password', { current: PASSWORD, password: short, again: short })
  expect(answer.status).toBe(422)
  expect(answer.html).toContain('Use 12 characters or more.')
})

test('beside a mailbox’s password it is said that an accent was typed apart, beside an account’s it is not', async () => {
  const ask = (path: string, password: string) => ada.post(path, { password }, { htmx: true })
  const said = 'other devices might type differently'
  const mailboxes = (await ada.get('/mailboxes')).html
  expect(mailboxes).toContain('hx-post="/password-strength?as-typed=1"')
  expect((await ada.get('/profile')).html).toContain('hx-post="/password-strength"')
  expect((await ask('/password-strength?as-typed=1', DECOMPOSED)).html).toContain(said)
  expect((await ask('/password-strength?as-typed=1', COMPOSED)).html).not.toContain(said)
  expect((await ask('/password-strength', DECOMPOSED)).html).not.toContain(said)
  const suggestion = (await ada.get('/password-suggestion?for=new&as-typed=1')).html
  expect(suggestion).toContain('hx-post="/password-strength?as-typed=1"')
})
