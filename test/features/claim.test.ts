import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lockMailbox } from '../../connector/contract/lock.ts'
import { transaction } from '../../src/db/store.ts'
import { claimMailbox } from '../../src/features/claim/claim.ts'
import { CAST, startApp, type Person, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

const ADDRESS = 'before.colombier@example.org'
const SECRET = 'as old as the mailbox'
// doveadm pw -s SHA512-CRYPT and the like make these; Colombier's own scheme would be ARGON2ID.
const CRAM_MD5 = '{CRAM-MD5}e02d374fde0dc75a17a557039a3a5338c7743304777dccd376f332bee68d2cf6'

let site: TestApp
let ada: Browser
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['colombier_mailboxes', 'colombier_audit', 'colombier_rate_limits', 'colombier_reservations']) {
    await site.query(`DELETE FROM ${table}`)
  }
  await site.query('DELETE FROM virtual_users')
  await site.query('UPDATE colombier_accounts SET mailbox_limit = NULL')
  await addOld(ADDRESS, `{PLAIN}${SECRET}`)
  ada = await site.signedIn('ada')
})

const addOld = (address: string, hash: string, domain = 'example.org') =>
  site.query(
    'INSERT INTO virtual_users (domain_id, email, password, quota) SELECT id, ?, ?, 0 FROM virtual_domains WHERE name = ?',
    [address, hash, domain],
  )
const claim = (browser: Browser, address: string = ADDRESS, password = SECRET) =>
  browser.post('/mailbox-claims', { address, password })
const owners = () =>
  site.query<{ address: string; account_id: number }>('SELECT address, account_id FROM colombier_mailboxes')
let nextAddress = 1
const signedInElsewhere = async (person: Person) => {
  const browser = await site.signedIn(person)
  browser.address = `198.51.100.${nextAddress++}`
  return browser
}

describe('claiming one’s own mailbox from before', () => {
  test('ada proves its password and has it, and nothing of the mail server’s is changed', async () => {
    expect((await ada.get('/mailboxes')).html).toContain('href="/mailbox-claims"')
    expect((await ada.get('/mailbox-claims')).html).toContain('Add an existing mailbox')
    const before = await site.query('SELECT * FROM virtual_users')
    expect(await claim(ada, ' Before.Colombier@Example.ORG ')).toMatchObject({ status: 303, location: '/mailboxes' })

    expect(await owners()).toEqual([{ address: ADDRESS, account_id: site.idOf('ada') }])
    expect((await ada.get('/mailboxes')).html).toContain(ADDRESS)
    expect(await site.query('SELECT * FROM virtual_users')).toEqual(before)
    expect(await site.query('SELECT action, actor, mailbox FROM colombier_audit')).toEqual([
      { action: 'mailbox.claimed', actor: CAST.ada.email, mailbox: ADDRESS },
    ])
    expect(await site.query('SELECT 1 FROM colombier_reservations')).toEqual([])
  })

  test('cleo needs no grant of the domain: the password is the proof', async () => {
    expect((await claim(await site.signedIn('cleo'))).status).toBe(303)
  })

  test('one that an administrator locked is proven by its real password, and stays locked', async () => {
    await site.query('INSERT INTO colombier_mailboxes (address, created_at) VALUES (?, NOW())', [ADDRESS])
    await transaction(site.pool, (db) => lockMailbox(db, site.locking, ADDRESS, 'administrator', 'password'))
    expect((await claim(ada)).status).toBe(303)
    expect(await site.query('SELECT account_id, locks FROM colombier_mailboxes')).toEqual([
      { account_id: site.idOf('ada'), locks: 'administrator' },
    ])
  })

  test('a hash that somebody wrote into the database of Colombier proves nothing', async () => {
    await site.query(
      "INSERT INTO colombier_mailboxes (address, locks, kept_hash, created_at) VALUES (?, 'administrator', '{PLAIN}forged by cleo', NOW())",
      [ADDRESS],
    )
    expect((await claim(ada, ADDRESS, 'forged by cleo')).status).toBe(422)
  })

  test('an unknown address, a wrong password and a mailbox of someone else get one answer', async () => {
    await addOld('taken.already@example.org', `{PLAIN}${SECRET}`)
    await site.query('INSERT INTO colombier_mailboxes (address, account_id, created_at) VALUES (?, ?, NOW())', [
      'taken.already@example.org',
      site.idOf('cleo'),
    ])
    const wrong = await claim(ada, ADDRESS, 'not its password')
    expect(wrong.status).toBe(422)
    expect(wrong.html).not.toContain('not its password')
    for (const address of [
      'nobody.at.all@example.org',
      'taken.already@example.org',
      'no address',
      'séance@example.org',
    ]) {
      const answer = await claim(ada, address)
      expect(answer.status).toBe(422)
      expect(answer.html.replaceAll(address, ADDRESS)).toBe(wrong.html)
    }
    expect(await owners()).toHaveLength(1)
  })

  test('each of them is answered at the same time, however long its hash takes', async () => {
    await addOld('cheap.hash@example.org', `{PLAIN}${SECRET}`)
    const verified: string[] = []
    const deps = {
      ...site,
      hashers: {
        account: null as never,
        mailbox: {
          async verify(stored: string) {
            verified.push(stored)
            await new Promise((resolve) => setTimeout(resolve, stored.startsWith('{PLAIN}') ? 1 : 900))
            return 'mismatch'
          },
          async verifyAgainstNothing() {
            verified.push('nothing')
            await new Promise((resolve) => setTimeout(resolve, 300))
            return 'mismatch'
          },
        } as never,
      },
      sealKeys: null as never,
      log: null as never,
    }
    await addOld('slow.hash@example.org', '{BLF-CRYPT}slow')
    const who = { id: site.idOf('ada'), email: CAST.ada.email, network: '192.0.2.1', mailboxLimit: null }
    const addresses = ['cheap.hash@example.org', 'slow.hash@example.org', 'nobody.at.all@example.org']
    const times = await Promise.all(
      addresses.map(async (address) => {
        const began = performance.now()
        expect(await claimMailbox(deps, who, { isOwned: false, address, password: 'wrong' })).toEqual({
          refused: 'wrong',
        })
        return performance.now() - began
      }),
    )
    expect(verified.sort()).toEqual(['nothing', `{BLF-CRYPT}slow`, `{PLAIN}${SECRET}`])
    for (const time of times) expect(time).toBeGreaterThan(1490)
  })

  test('a hash of a scheme that cannot be checked is said by name', async () => {
    await site.query('UPDATE virtual_users SET password = ?', [CRAM_MD5])
    const answer = await claim(ada)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('Ask an administrator to give you the mailbox')
    expect(answer.html).not.toContain('MD5')
    expect(await owners()).toEqual([])
  })

  test('it counts against the limit, which is told only to who proved the password', async () => {
    await site.query('UPDATE colombier_accounts SET mailbox_limit = 0')
    expect((await claim(ada, ADDRESS, 'not its password')).html).not.toContain('already using all')
    const answer = await claim(ada)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('already using all your mailboxes')
    expect(await owners()).toEqual([])
  })

  test('of six claims at once by someone with two places left, two hold', async () => {
    await site.query('UPDATE colombier_accounts SET mailbox_limit = 2 WHERE id = ?', [site.idOf('ada')])
    const addresses = Array.from({ length: 6 }, (_, index) => `old.mailbox${index}@example.org`)
    for (const address of addresses) await addOld(address, `{PLAIN}${SECRET}`)
    const browsers: Browser[] = []
    while (browsers.length < addresses.length) browsers.push(await signedInElsewhere('ada'))
    const answers = await Promise.all(addresses.map((address, index) => claim(browsers[index] as Browser, address)))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(2)
    expect(await owners()).toHaveLength(2)
  })

  test('of two who know the password and claim at once, one has it', async () => {
    const cleo = await signedInElsewhere('cleo')
    const answers = await Promise.all([claim(ada), claim(cleo)])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
    expect(await owners()).toHaveLength(1)
    expect(await site.query('SELECT 1 FROM colombier_audit')).toHaveLength(1)
  })

  test('a domain that the mail server does not serve any more, and a reserved address, are refused', async () => {
    await site.query("INSERT INTO virtual_domains (name) VALUES ('leaving.example')")
    await addOld('someone@leaving.example', `{PLAIN}${SECRET}`, 'leaving.example')
    const unserved = await site.signedIn('ada')
    await site.query("UPDATE virtual_domains SET name = 'left.example' WHERE name = 'leaving.example'")
    expect((await claim(unserved, 'someone@leaving.example')).status).toBe(422)

    await site.query('INSERT INTO colombier_reservations (address, until) VALUES (?, NOW() + INTERVAL 9 DAY)', [
      ADDRESS,
    ])
    const reserved = await claim(ada)
    expect(reserved.status).toBe(422)
    expect(reserved.html).toContain('reserved after a deletion')
    expect(await owners()).toEqual([])
  })

  test('five wrong passwords block the address from everywhere, and one that nobody has just the same', async () => {
    for (const address of [ADDRESS, 'nobody.at.all@example.org']) {
      const browsers: Browser[] = []
      while (browsers.length < 5) browsers.push(await signedInElsewhere('ada'))
      const guesses = await Promise.all(browsers.map((browser) => claim(browser, address, 'a guess')))
      expect(guesses.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422])
      const blocked = await claim(await signedInElsewhere('cleo'), address)
      expect(blocked.status).toBe(429)
      expect(blocked.headers.get('Retry-After')).not.toBeNull()
    }
    expect(await owners()).toEqual([])
  })

  test('five failures with five addresses block the network', async () => {
    const guesses = [1, 2, 3, 4, 5].map((attempt) => claim(ada, `someone${attempt}@example.org`))
    for (const { status } of await Promise.all(guesses)) expect(status).toBe(422)
    expect((await claim(ada)).status).toBe(429)
    expect((await claim(await signedInElsewhere('ada'))).status).toBe(303)
  })

  test('an empty form says what is missing, a GET claims nothing, another origin is refused', async () => {
    const empty = await ada.post('/mailbox-claims')
    expect(empty.status).toBe(422)
    expect(empty.html).toContain('id="address-error"')
    expect(empty.html).toContain('id="password-error"')
    await ada.get(`/mailbox-claims?${new URLSearchParams({ address: ADDRESS, password: SECRET })}`)
    const form = { address: ADDRESS, password: SECRET }
    expect((await ada.post('/mailbox-claims', form, { headers: { Origin: 'https://evil.example' } })).status).toBe(403)
    expect((await site.visitor().post('/mailbox-claims', form)).location).toBe('/sign-in')
    expect((await site.visitor().get('/mailbox-claims')).location).toBe('/sign-in?next=%2Fmailbox-claims')
    expect(await owners()).toEqual([])
  })

  test('the password is in no log and no history', async () => {
    await claim(ada, ADDRESS, 'not its password')
    await claim(ada)
    const written = site.lines.join('') + JSON.stringify(await site.query('SELECT * FROM colombier_audit'))
    for (const secret of [SECRET, 'not its password']) expect(written).not.toContain(secret)
  })
})
