import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import { Authenticator } from '../support/authenticator.ts'
import type { Browser } from '../support/browser.ts'
import { readOutbox } from '../support/outbox.ts'
import { backupCodesOn, forgetSecondFactors, signInWithPassword } from '../support/second-factor.ts'

const ORIGIN = 'https://colombier.test'

let site: TestApp
beforeAll(async () => {
  site = await startApp({ env: { APP_URL: ORIGIN } })
})
afterAll(() => site.stop())
beforeEach(() => forgetSecondFactors(site))

type Options = { challenge: string; allowCredentials?: { id: string }[]; userVerification?: string }

const ask = async (browser: Browser, path: string): Promise<Options> => {
  const { status, html } = await browser.post(path)
  expect([path, status]).toEqual([path, 200])
  return JSON.parse(html) as Options
}
const isSignedIn = async (browser: Browser) => (await browser.get('/mailboxes')).status === 200

/** Makes a passkey in this browser, where somebody is signed in. */
async function addPasskey(browser: Browser, name = 'phone') {
  const authenticator = new Authenticator(ORIGIN)
  const credential = authenticator.create(await ask(browser, '/security/passkeys/challenge'))
  const answer = await browser.post('/security/passkeys', { name, credential })
  return { authenticator, answer }
}
async function signInWith(browser: Browser, authenticator: Authenticator, told = {}) {
  const credential = authenticator.get(await ask(browser, '/sign-in/passkey/challenge'), told)
  return browser.post('/sign-in/passkey', { credential, next: '/' })
}
/** somebody who has typed ada's password, and nothing more */
async function halfway(): Promise<Browser> {
  const browser = site.visitor()
  expect((await signInWithPassword(browser, 'ada')).location).toBe('/sign-in/second-factor')
  return browser
}
async function showAsSecond(browser: Browser, authenticator: Authenticator, told = {}) {
  const credential = authenticator.get(await ask(browser, '/sign-in/second-factor/challenge'), told)
  return browser.post('/sign-in/second-factor/passkey', { credential, next: '/profile' })
}

describe('adding a passkey', () => {
  test('ada adds one, gets backup codes with the first, and finds it with its name', async () => {
    const ada = await site.signedIn('ada')
    expect((await ada.get('/security')).html).toContain('Add a passkey')
    const { answer } = await addPasskey(ada, 'the red key')
    expect(answer.status).toBe(201)
    expect(backupCodesOn(answer.html)).toHaveLength(10)
    expect(await isSignedIn(ada)).toBe(true)
    const { answer: second } = await addPasskey(ada, '')
    expect(second).toMatchObject({ status: 303, location: '/security?done=passkey' })
    const { html } = await ada.get('/security')
    expect(html).toContain('the red key')
    expect(html).toContain('Remove the passkey Unknown')
    expect((await readOutbox(site)).map(({ subject }) => subject)).toEqual([
      'Your account has a new second factor',
      'Your account has a new second factor',
    ])
  })

  test('an answer from another site, in its frame, to nothing that was asked, or sent again is not taken', async () => {
    const ada = await site.signedIn('ada')
    const send = (credential: string) => ada.post('/security/passkeys', { name: '', credential })
    for (const told of [{ origin: 'https://evil.example' }, { crossOrigin: true }])
      expect((await send(new Authenticator(ORIGIN).create(await ask(ada, '/security/passkeys/challenge'), told))).location).toBe('/security?done=failed') // prettier-ignore
    expect((await send(new Authenticator(ORIGIN).create({ challenge: 'made-up' }))).location).toBe(
      '/security?done=failed',
    )
    expect((await send('{"id":"x"}')).location).toBe('/security?done=failed')
    expect(await site.query('SELECT id FROM colombier_passkeys')).toEqual([])

    const credential = new Authenticator(ORIGIN).create(await ask(ada, '/security/passkeys/challenge'))
    expect((await send(credential)).status).toBe(201)
    expect((await send(credential)).location).toBe('/security?done=failed')
  })

  test('a challenge counts in the session that asked, for what it was asked for', async () => {
    const [here, there] = [await site.signedIn('ada'), await site.signedIn('ada')]
    const asked = await ask(here, '/security/passkeys/challenge')
    const send = (browser: Browser, credential: string) => browser.post('/security/passkeys', { name: '', credential })
    expect((await send(there, new Authenticator(ORIGIN).create(asked))).location).toBe('/security?done=failed')
    const other = await ask(here, '/sign-in/passkey/challenge')
    expect((await send(here, new Authenticator(ORIGIN).create(other))).location).toBe('/security?done=failed')
    expect((await send(here, new Authenticator(ORIGIN).create(asked))).status).toBe(201)
  })

  test('a challenge that is older than five minutes is not answered', async () => {
    const ada = await site.signedIn('ada')
    const credential = new Authenticator(ORIGIN).create(await ask(ada, '/security/passkeys/challenge'))
    await site.query('UPDATE colombier_challenges SET expires_at = UTC_TIMESTAMP(6)')
    expect((await ada.post('/security/passkeys', { name: '', credential })).location).toBe('/security?done=failed')
  })

  test('cleo cannot take ada’s passkey for hers', async () => {
    const { authenticator } = await addPasskey(await site.signedIn('ada'))
    const cleo = await site.signedIn('cleo')
    const credential = authenticator.create(await ask(cleo, '/security/passkeys/challenge'))
    expect((await cleo.post('/security/passkeys', { name: '', credential })).location).toBe('/security?done=failed')
  })

  test('after ten minutes the password is asked for, and where there are passkeys, one of them will do', async () => {
    const ada = await site.signedIn('ada')
    await site.query('UPDATE colombier_sessions SET proven_at = NULL')
    expect((await ada.post('/security/passkeys/challenge')).status).toBe(401)
    const asked = await ada.post('/security/passkeys', { name: 'phone', credential: '' })
    expect(asked.status).toBe(401)
    expect(asked.html).not.toContain('data-passkey')
    expect((await ada.post('/security/passkeys', { name: 'phone', proof: PASSWORD })).location).toBe('/security')
    const { authenticator } = await addPasskey(ada)

    await site.query('UPDATE colombier_sessions SET proven_at = NULL')
    expect((await ada.post('/security/backup-codes')).html).toContain('data-challenge="/security/proof/challenge"')
    const proof = async (told = {}) => ({ 'proof-passkey': authenticator.get(await ask(ada, '/security/proof/challenge'), told) }) // prettier-ignore
    expect((await ada.post('/security/backup-codes', await proof({ isVerified: false }))).status).toBe(422)
    const shown = await proof()
    expect((await ada.post('/security/backup-codes', shown)).status).toBe(201)
    await site.query('UPDATE colombier_sessions SET proven_at = NULL')
    expect((await ada.post('/security/backup-codes', shown)).status).toBe(422)
  })
})

describe('signing in with nothing but a passkey', () => {
  test('ada is signed in where she wanted to go, and it is noted with the passkey', async () => {
    const { authenticator } = await addPasskey(await site.signedIn('ada'))
    const ada = site.visitor()
    expect((await ada.get('/sign-in')).html).toContain('data-passkey="get"')
    expect((await ada.get('/sign-in/passkey')).html).toContain('data-passkey="get"')
    const asked = await ask(ada, '/sign-in/passkey/challenge')
    expect(asked).toMatchObject({ userVerification: 'required' })
    expect(asked.allowCredentials).toBeUndefined()
    const credential = authenticator.get(asked)
    expect((await ada.post('/sign-in/passkey', { credential, next: '/profile' })).location).toBe('/profile')
    expect(await isSignedIn(ada)).toBe(true)
    expect((await ada.get('/security')).html).toContain('Last used:')
    expect(await site.query('SELECT counter FROM colombier_passkeys')).toEqual([{ counter: 1 }])

    await ada.post('/sign-out')
    expect((await ada.get('/sign-in')).html).toContain('autocomplete="username webauthn"')
  })

  test('not without the device asking who holds it, not from another site, and not twice', async () => {
    const { authenticator } = await addPasskey(await site.signedIn('ada'))
    for (const told of [{ isVerified: false }, { origin: 'https://evil.example' }, { crossOrigin: true }]) {
      const visitor = site.visitor()
      const answer = await signInWith(visitor, authenticator, told)
      expect(answer.status).toBe(422)
      expect(answer.html).toContain('The passkey was not accepted. Try again.')
      expect(await isSignedIn(visitor)).toBe(false)
    }
    const visitor = site.visitor()
    const credential = authenticator.get(await ask(visitor, '/sign-in/passkey/challenge'))
    const both = await Promise.all([site.visitor(), visitor].map((one) => one.post('/sign-in/passkey', { credential, next: '/' }))) // prettier-ignore
    expect(both.map(({ status }) => status).sort()).toEqual([303, 422])
  })

  test('a counter that does not go on is that of a copy', async () => {
    const { authenticator } = await addPasskey(await site.signedIn('ada'))
    expect((await signInWith(site.visitor(), authenticator, { counter: 7 })).status).toBe(303)
    for (const counter of [7, 6, 0])
      expect((await signInWith(site.visitor(), authenticator, { counter })).status).toBe(422)
    expect((await signInWith(site.visitor(), authenticator, { counter: 8 })).status).toBe(303)
  })

  test('an unknown passkey, a removed one and one of an inactive account get the same answer', async () => {
    const ada = await site.signedIn('ada')
    const { authenticator: removed } = await addPasskey(ada)
    await site.query('DELETE FROM colombier_passkeys')
    const { authenticator: inactive } = await addPasskey(await site.signedIn('cleo'))
    await site.query('UPDATE colombier_accounts SET active = FALSE WHERE email = ?', [CAST.cleo.email])
    const answers = []
    for (const one of [new Authenticator(ORIGIN), removed, inactive])
      answers.push(await signInWith(site.visitor(), one))
    await site.query('UPDATE colombier_accounts SET active = TRUE WHERE email = ?', [CAST.cleo.email])
    expect(new Set(answers.map(({ status, html }) => `${status} ${html}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(422)
  })

  test('a network that asks for challenges without end has to wait', async () => {
    const visitor = site.visitor('198.51.100.200')
    const statuses = []
    for (let time = 0; time < 301; time++) statuses.push((await visitor.post('/sign-in/passkey/challenge')).status)
    expect(statuses.slice(-2)).toEqual([200, 429])
  })
})

describe('a passkey after the password', () => {
  test('it is asked for, without the device asking who holds it', async () => {
    const { authenticator } = await addPasskey(await site.signedIn('ada'))
    const ada = await halfway()
    const { html } = await ada.get('/sign-in/second-factor')
    expect(html).toContain('data-challenge="/sign-in/second-factor/challenge"')
    expect(html).toContain('Backup code')
    const asked = await ask(ada, '/sign-in/second-factor/challenge')
    expect(asked).toMatchObject({ userVerification: 'discouraged', allowCredentials: [{ id: authenticator.id.toString('base64url') }] }) // prettier-ignore
    expect((await showAsSecond(ada, authenticator, { isVerified: false })).location).toBe('/profile')
    expect(await isSignedIn(ada)).toBe(true)
  })

  test('the passkey of another account does not do, nor an answer to another question', async () => {
    await addPasskey(await site.signedIn('ada'))
    const { authenticator: cleos } = await addPasskey(await site.signedIn('cleo'))
    const ada = await halfway()
    expect((await showAsSecond(ada, cleos)).status).toBe(422)
    expect(await isSignedIn(ada)).toBe(false)

    const credential = cleos.get(await ask(site.visitor(), '/sign-in/passkey/challenge'))
    expect((await ada.post('/sign-in/second-factor/passkey', { credential, next: '/' })).status).toBe(422)
    expect(await isSignedIn(ada)).toBe(false)
  })

  test('answers that are wrong are counted like wrong codes', async () => {
    await addPasskey(await site.signedIn('ada'))
    const thief = await halfway()
    const statuses = []
    for (let time = 0; time < 6; time++)
      statuses.push((await thief.post('/sign-in/second-factor/passkey', { credential: 'x', next: '/' })).status)
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429])
  })

  test('without the password there is nothing to be asked', async () => {
    await addPasskey(await site.signedIn('ada'))
    const visitor = site.visitor()
    expect((await visitor.post('/sign-in/second-factor/challenge')).status).toBe(404)
    expect((await visitor.post('/sign-in/second-factor/passkey', { credential: 'x', next: '/' })).location).toBe(
      '/sign-in',
    )
  })

  test('removed, it opens nothing; cleo removes none of ada’s', async () => {
    const ada = await site.signedIn('ada')
    const { authenticator } = await addPasskey(ada)
    const [row] = await site.query<{ id: number }>('SELECT id FROM colombier_passkeys')
    const cleo = await site.signedIn('cleo')
    await cleo.post(`/security/passkeys/${row?.id}/removal`)
    expect(await site.query('SELECT id FROM colombier_passkeys')).toHaveLength(1)

    expect((await ada.post(`/security/passkeys/${row?.id}/removal`)).location).toBe('/security?done=passkeyRemoved')
    expect((await signInWith(site.visitor(), authenticator)).status).toBe(422)
    expect((await signInWithPassword(site.visitor(), 'ada')).location).toBe('/')
  })
})

test('where browsers have none, over plain HTTP, none are offered', async () => {
  const plain = await startApp({ database: site.database, cast: false })
  const ada = plain.visitor()
  await signInWithPassword(ada, 'ada')
  expect((await ada.get('/security')).html).not.toContain('data-passkey')
  expect((await ada.post('/security/passkeys/challenge')).status).toBe(404)
  expect((await plain.visitor().get('/sign-in')).html).not.toContain('passkey')
  expect((await plain.visitor().post('/sign-in/passkey/challenge')).status).toBe(404)
  await plain.stop()
})
