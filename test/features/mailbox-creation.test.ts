import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { generateSealKeys, open, type SealKeyPair } from '../../connector/contract/seal.ts'
import type { TaskTerms } from '../../connector/contract/tasks.ts'
import { HasherBusy } from '../../src/lib/password/work.ts'
import { createPasswordHasher } from '../../src/lib/password/hasher.ts'
import { startApp, type Person, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { addMailbox, everyRow } from '../support/tasks.ts'

const SECRET = 'seven quiet doves & 1 crow'
// sha256sum of it: what the mail server's key password is by default
const KEY_PASSWORD = '26e707ec6ec7e21a9226c78898fe71a76d64639ad0662ffd6b6d4ff6f79655bb'

let site: TestApp
let web: SealKeyPair
let connector: SealKeyPair
const hasher = createPasswordHasher({ scheme: 'argon2id' })
const people = {} as Record<Person, Browser>

beforeAll(async () => {
  ;[web, connector] = await Promise.all([generateSealKeys(), generateSealKeys()])
  site = await startApp({
    env: { RESERVED_NAMES: 'the.mayor', MAILBOXES_PER_ACCOUNT: '3' },
    deps: { sealKeys: { webPrivateKey: web.privateKey, connectorPublicKey: connector.publicKey } },
  })
  for (const person of ['ada', 'ben', 'cleo', 'dora'] as const) people[person] = await site.signedIn(person)
})
afterAll(async () => {
  await site.stop()
  await hasher.close()
})
beforeEach(async () => {
  for (const table of [
    'colombier_tasks',
    'colombier_mailboxes',
    'virtual_users',
    'virtual_aliases',
    'colombier_reservations',
    'colombier_audit',
  ])
    await site.query(`DELETE FROM ${table}`)
})

const filled = (fields: Record<string, string | string[]> = {}) => ({
  localPart: 'ada.lovelace',
  domain: 'example.org',
  quotaMegabytes: '2048',
  password: SECRET,
  again: SECRET,
  ...fields,
})
const create = (fields: Record<string, string | string[]> = {}, person: Person = 'ada', htmx = false) =>
  people[person].post('/mailboxes', filled(fields), { htmx })

/** The text of the message at a field; undefined when it has none. */
const messageAt = (html: string, field: string) => new RegExp(`id="(?:new-)?${field}-error">([^<]*)<`).exec(html)?.[1]

describe('creating a mailbox', () => {
  test('adds a mailbox that nobody can log in to yet, and asks the mail host to set it up', async () => {
    const answer = await create()
    expect(answer).toMatchObject({ status: 303, location: '/mailboxes' })

    const [row] = await site.query<{ email: string; password: string; quota: number; active: number; domain: string }>(
      'SELECT u.*, d.name AS domain FROM virtual_users u JOIN virtual_domains d ON d.id = u.domain_id',
    )
    expect(row).toMatchObject({
      email: 'ada.lovelace@example.org',
      quota: 2048 * 1024 ** 2,
      active: 1,
      domain: 'example.org',
    })
    // The value of a lock: test/connector/schemes.lab.test.ts shows that Dovecot lets nobody in by it.
    expect(row?.password).toMatch(/^\{CRYPT\}\$5\$[\w-]{10}$/)

    const [own] = await site.query<{ kept_hash: string }>('SELECT * FROM colombier_mailboxes')
    expect(own).toMatchObject({ address: 'ada.lovelace@example.org', account_id: site.idOf('ada'), locks: 'setup' })
    expect(await hasher.verify(own?.kept_hash ?? '', SECRET)).toBe('match')

    const [task] = await site.query('SELECT * FROM colombier_tasks')
    expect(task).toMatchObject({
      kind: 'create',
      mailbox: 'ada.lovelace@example.org',
      state: 'queued',
      requested_by: site.idOf('ada'),
      deadline: null,
      new_hash: null,
      attempts: 0,
      touched: 0,
    })
    expect(task?.['not_before']).toEqual(task?.['requested_at'])
    const [audit] = await site.query('SELECT * FROM colombier_audit')
    expect(audit).toMatchObject({ action: 'mailbox.requested', actor: 'ada@people.test', domain: 'example.org' })
  })

  test('only the mail host can open what it was sent: the key password, for this task and no other', async () => {
    await create()
    const [task] = await site.query<Record<string, string>>(
      `SELECT id, kind, mailbox, CAST(requested_at AS CHAR) AS requestedAt, CAST(not_before AS CHAR) AS notBefore,
         deadline, new_hash AS newHash, payload FROM colombier_tasks`,
    )
    const keys = { connectorPrivateKey: connector.privateKey, webPublicKey: web.publicKey }
    const terms = task as unknown as TaskTerms & { kind: 'create' }
    expect(await open(keys, terms, task?.['payload'] ?? '')).toEqual({ keyPassword: KEY_PASSWORD })
    const other = { ...terms, mailbox: 'cleo@example.org' }
    await expect(open(keys, other, task?.['payload'] ?? '')).rejects.toThrow('not sealed by the web app for this task')
  })

  test('in place, the answer is the list with the new mailbox being set up, and an empty form', async () => {
    const { status, html } = await create({}, 'ada', true)
    expect(status).toBe(200)
    expect(html).toMatch(/^<section id="mailboxes"/)
    expect(html).toContain('ada.lovelace@example.org</h2>')
    expect(html).toContain('Being set up')
    expect(html).toContain('1 of 3')
    expect(html).not.toContain('value="ada.lovelace"')
  })

  test('an address whose last mailbox the mail host is still removing is not free yet, and ada is told so', async () => {
    await site.query(
      `INSERT INTO colombier_tasks (id, kind, mailbox, state, touched, requested_at, not_before)
       VALUES (UUID(), 'delete', 'ada.lovelace@example.org', 'running', TRUE, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    )
    await site.query(
      `INSERT INTO colombier_reservations (address, account_id, until)
       VALUES ('ada.lovelace@example.org', ?, UTC_TIMESTAMP(6) + INTERVAL 90 DAY)`,
      [site.idOf('ada')],
    )
    const reserved = await site.query('SELECT * FROM colombier_reservations')
    const { status, html } = await create()
    expect(status).toBe(422)
    expect(html).toContain('still being removed')
    // Else anybody could have it once the task has ended.
    expect(await site.query('SELECT * FROM colombier_reservations')).toEqual(reserved)
    expect(await site.query('SELECT 1 FROM virtual_users')).toEqual([])
    expect(await site.query('SELECT 1 FROM colombier_mailboxes')).toEqual([])

    await site.query("UPDATE colombier_tasks SET state = 'done'")
    expect((await create()).status).toBe(303)
  })

  test('capitals and blanks around the name are made the usual ones', async () => {
    await create({ localPart: '  Ada.LOVELACE ', domain: ' Example.ORG ' })
    expect(await site.query('SELECT email FROM virtual_users')).toEqual([{ email: 'ada.lovelace@example.org' }])
  })

  test('ben and dora create their own: ben where he was let, dora anywhere', async () => {
    expect((await create({ localPart: 'ben.franklin' }, 'ben')).status).toBe(303)
    expect((await create({ localPart: 'dora.the.second', domain: 'example.net' }, 'dora')).status).toBe(303)
    expect((await create({ localPart: 'ben.elsewhere', domain: 'example.net' }, 'ben')).status).toBe(422)
    expect(await site.query('SELECT address FROM colombier_mailboxes ORDER BY address')).toEqual([
      { address: 'ben.franklin@example.org' },
      { address: 'dora.the.second@example.net' },
    ])
  })

  test('without a number the storage is the usual one', async () => {
    await create({ quotaMegabytes: '' })
    expect(await site.query('SELECT quota FROM virtual_users')).toEqual([{ quota: 1024 ** 3 }])
  })

  test('the password, its hash and the key password are nowhere but where they belong', async () => {
    await create({}, 'ada', true)
    await create({ localPart: 'a' }, 'ada', true)
    const [own] = await site.query<{ kept_hash: string }>('SELECT kept_hash FROM colombier_mailboxes')
    const hash = own?.kept_hash ?? ''
    const { html } = await people.ada.get('/mailboxes')
    const text = JSON.stringify(await everyRow(site))

    for (const secret of [SECRET, 'seven quiet doves', KEY_PASSWORD]) expect(text).not.toContain(secret)
    expect(text.split(hash)).toHaveLength(2)
    for (const secret of [SECRET, 'seven quiet doves', KEY_PASSWORD, hash, hash.slice(9)]) {
      expect(html).not.toContain(secret)
      expect(site.lines.join('')).not.toContain(secret)
    }
  })
})

describe('its size', () => {
  const sizes = () => site.query<{ quota: number }>('SELECT quota FROM virtual_users')

  test('ada chooses a common one, or any other that she types', async () => {
    const { html } = await people.ada.get('/mailboxes')
    const choices = [...html.matchAll(/name="quotaChoice" value="(\d*)"( checked)?/g)].map(([, size, checked]) => [
      size,
      checked !== undefined,
    ])
    expect(choices).toEqual([
      ['1024', true],
      ['5120', false],
      ['10240', false],
      ['', false],
    ])

    await create({ quotaChoice: '5120', quotaMegabytes: '' })
    expect(await sizes()).toEqual([{ quota: 5 * 1024 ** 3 }])
    await site.query('DELETE FROM virtual_users')
    await create({ localPart: 'another.one', quotaChoice: '', quotaMegabytes: '700' })
    expect(await sizes()).toEqual([{ quota: 700 * 1024 ** 2 }])
  })

  test('a choice that is none of them is refused, and the one that she made comes back chosen', async () => {
    expect((await create({ quotaChoice: 'plenty' })).status).toBe(422)
    const { html } = await create({ quotaChoice: '5120', again: 'not the same' })
    expect(html).toContain('name="quotaChoice" value="5120" checked')
    expect(await sizes()).toEqual([])
  })
})

describe('a form that is wrong', () => {
  const long = 'x'.repeat(65)
  const wrong: [string, Record<string, string>, string, string][] = [
    ['no name', { localPart: '' }, 'localPart', 'Fill this in.'],
    ['blanks for a name', { localPart: '   ' }, 'localPart', 'Fill this in.'],
    ['a name of 5 characters', { localPart: 'abcde' }, 'localPart', '6 characters or more'],
    ['a name of 65 characters', { localPart: long }, 'localPart', '64 characters or fewer'],
    ['a control character', { localPart: 'ada\u0007love' }, 'localPart', 'only a to z'],
    ['a line break', { localPart: 'ada\r\nBcc: eve' }, 'localPart', 'only a to z'],
    ['a NUL', { localPart: 'ada\0love' }, 'localPart', 'only a to z'],
    ['markup', { localPart: '<img src=x>' }, 'localPart', 'only a to z'],
    ['Cyrillic letters that look Latin', { localPart: 'аdа.lоvеlасе' }, 'localPart', 'only a to z'],
    ['Hebrew', { localPart: 'שלום.שלום' }, 'localPart', 'only a to z'],
    ['a turn of direction', { localPart: 'ada\u202elove' }, 'localPart', 'only a to z'],
    ['an emoji', { localPart: 'ada.🕊️.dove' }, 'localPart', 'only a to z'],
    ['a full-width @', { localPart: 'ada＠example' }, 'localPart', 'only a to z'],
    ['a Kelvin sign, whose lower case is a k', { localPart: 'lovelace\u212a' }, 'localPart', 'only a to z'],
    ['an @', { localPart: 'ada@example.org' }, 'localPart', 'only the part before the @'],
    ['two @', { localPart: 'ada@@love' }, 'localPart', 'only the part before the @'],
    ['the separator', { localPart: 'ada+love' }, 'localPart', 'You can’t use this character'],
    ['a quote', { localPart: 'ada"love' }, 'localPart', 'only a to z'],
    ['a slash', { localPart: '../../etc' }, 'localPart', 'only a to z'],
    ['a per cent', { localPart: 'ada%40love' }, 'localPart', 'only a to z'],
    ['a reserved name', { localPart: 'postmaster' }, 'localPart', 'reserved'],
    ['a reserved name in capitals', { localPart: 'HostMaster' }, 'localPart', 'reserved'],
    ['a name that the site reserves', { localPart: 'the.mayor' }, 'localPart', 'reserved'],
    ['a dot in front', { localPart: '.lovelace' }, 'localPart', 'start with a dot'],
    ['a dot behind', { localPart: 'lovelace.' }, 'localPart', 'end with a dot'],
    ['two dots', { localPart: 'ada..lovelace' }, 'localPart', 'two dots in a row'],
    ['a hyphen in front', { localPart: '-lovelace' }, 'localPart', 'start with a dot or hyphen'],
    ['no domain', { domain: '' }, 'domain', 'Fill this in.'],
    ['a domain of others', { domain: 'example.net' }, 'domain', 'can’t create mailboxes in this domain'],
    ['a domain of nobody', { domain: 'nowhere.example' }, 'domain', 'can’t create mailboxes in this domain'],
    ['a domain with markup', { domain: '"><script>' }, 'domain', 'can’t create mailboxes in this domain'],
    ['no password', { password: '', again: '' }, 'password', 'Fill this in.'],
    ['a password of 11 characters', { password: 'x'.repeat(11), again: 'x'.repeat(11) }, 'password', '12 characters'],
    [
      'a password of 257 characters',
      { password: 'x'.repeat(257), again: 'x'.repeat(257) },
      'password',
      '256 characters',
    ],
    [
      'a line break in the password',
      { password: 'twelve\nand more', again: 'twelve\nand more' },
      'password',
      'line breaks',
    ],
    [
      'a NUL in the password',
      { password: 'twelve\0and more', again: 'twelve\0and more' },
      'password',
      'control characters',
    ],
    ['two passwords', { again: `${SECRET}.` }, 'again', 'don’t match'],
    ['the password once', { again: '' }, 'again', 'Fill this in.'],
    ['no storage at all', { quotaMegabytes: '0' }, 'quotaMegabytes', 'can’t have this size'],
    ['too much storage', { quotaMegabytes: '10241' }, 'quotaMegabytes', 'can’t have this size'],
    ['storage below nothing', { quotaMegabytes: '-5' }, 'quotaMegabytes', 'whole number'],
    ['half a megabyte', { quotaMegabytes: '0.5' }, 'quotaMegabytes', 'whole number'],
    ['storage in words', { quotaMegabytes: 'plenty' }, 'quotaMegabytes', 'whole number'],
    ['other digits', { quotaMegabytes: '١٠٢٤' }, 'quotaMegabytes', 'whole number'],
    ['a number beyond numbers', { quotaMegabytes: '9'.repeat(30) }, 'quotaMegabytes', 'whole number'],
  ]

  test.each(wrong)(
    '%s: the message is at the field, what was typed stays, nothing is made',
    async (_, fields, at, says) => {
      const before = await everyRow(site)
      const answer = await create(fields)
      const part = await create(fields, 'ada', true)

      for (const { status, html } of [answer, part]) {
        expect(status).toBe(422)
        expect(messageAt(html, at)).toContain(says)
        const field = new RegExp(`<(?:input|select)[^>]*name="${at}"[^>]*>`).exec(html)?.[0]
        expect(field).toContain('aria-invalid="true"')
        expect(field).toContain('autofocus')
        expect(html.match(/ autofocus/g)).toHaveLength(1)
        const typed = filled(fields)
        for (const name of ['localPart', 'quotaMegabytes'] as const) {
          const shown = new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1]
          expect(shown).toBe(escaped(typed[name]))
        }
        if (fields['password'] !== '') expect(html).not.toContain(fields['password'] ?? SECRET)
        expect(html).not.toMatch(/<img src=x|<script>/)
        expect(html).not.toMatch(/type="password"[^>]*value=/)
      }
      expect(await everyRow(site)).toEqual(before)
    },
  )

  test('every field that is wrong has its message, and the first gets the focus', async () => {
    const { html } = await create({ localPart: 'a', password: 'short', again: '', quotaMegabytes: 'x' })
    for (const field of ['localPart', 'password', 'again', 'quotaMegabytes'])
      expect(messageAt(html, field)).toBeTruthy()
    expect(/<input[^>]* autofocus/.exec(html)?.[0]).toContain('name="localPart"')
  })

  test('passwords of 12 and of 256 characters are long and short enough', async () => {
    const shortest = 'ü calm dove '
    const longest = '🕊🦢🦆🦉🐓🦜🐦🐔'.repeat(16)
    expect((await create({ localPart: 'shortest', password: shortest, again: shortest })).status).toBe(303)
    expect((await create({ localPart: 'longest.', password: longest, again: longest })).status).toBe(422)
    expect((await create({ localPart: 'longest', password: longest, again: longest })).status).toBe(303)
    const [own] = await site.query<{ kept_hash: string }>(
      "SELECT kept_hash FROM colombier_mailboxes WHERE address LIKE 'longest%'",
    )
    expect(await hasher.verify(own?.kept_hash ?? '', longest)).toBe('match')
  })

  test('a field that comes twice, a file in place of text, and what is no form are refused', async () => {
    const before = await everyRow(site)
    for (const name of ['localPart', 'domain', 'password', 'again', 'quotaMegabytes']) {
      expect((await create({ [name]: ['first.one', 'second.one'] })).status).toBe(400)
    }
    const body = new FormData()
    body.set('localPart', new File(['ada.lovelace'], 'name.txt'))
    const headers = { Origin: site.config.origin }
    expect((await people.ada.send('/mailboxes', { method: 'POST', body }, { headers })).status).toBe(400)
    const json = { method: 'POST', body: JSON.stringify(filled()) }
    const asJson = { ...headers, 'Content-Type': 'application/json' }
    expect((await people.ada.send('/mailboxes', json, { headers: asJson })).status).toBe(400)
    expect(await everyRow(site)).toEqual(before)
  })

  test('a domain that was granted and that the mail server has no more is refused at the field', async () => {
    await site.query("INSERT INTO colombier_grants VALUES (?, 'gone.example')", [site.idOf('ada')])
    const { status, html } = await create({ domain: 'gone.example' })
    await site.query("DELETE FROM colombier_grants WHERE domain = 'gone.example'")
    expect(status).toBe(422)
    expect(messageAt(html, 'domain')).toContain('can’t create mailboxes in this domain')
    expect(html).toContain('<option value="gone.example" selected="">')
  })

  test('a name that would make the address longer than addresses may be is refused at the field', async () => {
    const domain = `${'d'.repeat(60)}.${'o'.repeat(60)}.${'m'.repeat(60)}.example`
    await site.query('INSERT INTO virtual_domains (name) VALUES (?)', [domain])
    const { status, html } = await create({ domain, localPart: 'a'.repeat(64) }, 'dora')
    await site.query('DELETE FROM virtual_domains WHERE name = ?', [domain])
    expect(status).toBe(422)
    expect(messageAt(html, 'localPart')).toBe('This is too long.')
  })

  test('a password of more bytes than bcrypt reads is refused where the mail server keeps bcrypt', async () => {
    const small = await startApp({ env: { PASSWORD_SCHEME: 'bcrypt', BCRYPT_COST: '10' } })
    const ada = await small.signedIn('ada')
    const most = 'éèêëàâ'.repeat(6)
    for (const [password, status] of [
      [`${most}e`, 422],
      [most, 303],
    ] as const) {
      const answer = await ada.post('/mailboxes', filled({ password, again: password }))
      expect(answer.status).toBe(status)
      if (status === 422) expect(messageAt(answer.html, 'password')).toContain('Accents and symbols count')
    }
    const [own] = await small.query<{ kept_hash: string }>('SELECT kept_hash FROM colombier_mailboxes')
    expect(own?.kept_hash).toMatch(/^\{BLF-CRYPT\}\$2b\$10\$/)
    await small.stop()
  })
})

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (sign) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }[sign] ?? ''};`)

describe('an address that is not free', () => {
  const refused = async (fields = {}) => {
    const before = await everyRow(site)
    const { status, html } = await create(fields)
    expect(status).toBe(422)
    expect(messageAt(html, 'localPart')).toBe('This address is already taken.')
    expect(await everyRow(site)).toEqual(before)
  }

  test('because somebody’s mailbox has it', async () => {
    await addMailbox(site, { address: 'ada.lovelace@example.org', accountId: site.idOf('ben') })
    await refused()
  })

  test('because a mailbox of the mail server has it, in whatever case', async () => {
    await site.query(
      "INSERT INTO virtual_users (domain_id, email, password) SELECT id, 'Ada.Lovelace@Example.org', 'x' FROM virtual_domains LIMIT 1",
    )
    await refused()
  })

  test('because an alias has it', async () => {
    await site.query(
      "INSERT INTO virtual_aliases (domain_id, source, destination, active) SELECT id, 'ada.lovelace@example.org', 'ben@example.org', 0 FROM virtual_domains LIMIT 1",
    )
    await refused()
  })

  test('because it was deleted a while ago', async () => {
    await site.query(
      "INSERT INTO colombier_reservations (address, until) VALUES ('ada.lovelace@example.org', UTC_TIMESTAMP(6) + INTERVAL 1 DAY)",
    )
    await refused()
  })

  test('because somebody’s mailbox has it whose row the mail server has lost', async () => {
    await addMailbox(site, { address: 'ada.lovelace@example.org', accountId: site.idOf('ben') })
    await site.query('DELETE FROM virtual_users')
    await refused()
  })

  test('but it is free again once its reservation is over', async () => {
    await site.query(
      "INSERT INTO colombier_reservations (address, until) VALUES ('ada.lovelace@example.org', UTC_TIMESTAMP(6) - INTERVAL 1 SECOND)",
    )
    expect((await create()).status).toBe(303)
    expect(await site.query('SELECT * FROM colombier_reservations')).toEqual([])
  })

  test('of two people who want it at once one gets it', async () => {
    const answers = await Promise.all([create({}, 'ada'), create({}, 'ben'), create({}, 'dora'), create({}, 'ada')])
    // ada's form came twice: it is answered twice alike.
    expect(answers[3].status).toBe(answers[0].status)
    const byPerson = answers.slice(0, 3).map(({ status }) => status)
    expect(byPerson.sort()).toEqual([303, 422, 422])
    for (const { status, html } of answers) {
      if (status === 422) expect(messageAt(html, 'localPart')).toBe('This address is already taken.')
    }
    for (const table of ['virtual_users', 'colombier_mailboxes', 'colombier_tasks'])
      expect(await site.query(`SELECT 1 FROM ${table}`)).toHaveLength(1)
  })
})

describe('a form that is sent twice', () => {
  test('makes one mailbox, and both answers say that it is there, also where it was the last one allowed', async () => {
    await site.query('UPDATE colombier_accounts SET mailbox_limit = 1 WHERE id = ?', [site.idOf('ada')])
    expect((await create()).status).toBe(303)
    const before = await everyRow(site)
    expect(await create()).toMatchObject({ status: 303, location: '/mailboxes' })
    expect(await everyRow(site)).toEqual(before)
    await site.query('UPDATE colombier_accounts SET mailbox_limit = NULL')
  })

  test('with another password the second is refused, since the first one holds', async () => {
    await create()
    const other = 'yet another long password'
    const { status, html } = await create({ password: other, again: other })
    expect(status).toBe(422)
    expect(messageAt(html, 'localPart')).toBe('You already have this mailbox.')
  })
})

describe('the limit', () => {
  test('one more than it is refused, whatever the page had shown', async () => {
    for (const name of ['first.one', 'second.one', 'third.one'])
      expect((await create({ localPart: name })).status).toBe(303)
    const before = await everyRow(site)
    const { status, html } = await create({ localPart: 'fourth.one' })
    expect(status).toBe(422)
    expect(html).toContain('using all')
    expect(await everyRow(site)).toEqual(before)
  })

  test('the account’s own limit goes before the general one', async () => {
    await site.query('UPDATE colombier_accounts SET mailbox_limit = 1 WHERE id = ?', [site.idOf('ada')])
    const statuses = [
      (await create({ localPart: 'first.one' })).status,
      (await create({ localPart: 'second.one' })).status,
    ]
    await site.query('UPDATE colombier_accounts SET mailbox_limit = NULL WHERE id = ?', [site.idOf('ada')])
    expect(statuses).toEqual([303, 422])
  })

  test('fifty at once for one place that is left: one gets it', async () => {
    await create({ localPart: 'first.one' })
    await create({ localPart: 'second.one' })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, number) => create({ localPart: `racing.${number}.one` })),
    )
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(49)
    for (const table of ['virtual_users', 'colombier_mailboxes', 'colombier_tasks'])
      expect(await site.query(`SELECT 1 FROM ${table}`)).toHaveLength(3)
  })
})

describe('when something is wrong on our side', () => {
  test('too many passwords being hashed: nothing is made, and one may come back', async () => {
    const mailbox = { refusal: () => null, hash: () => Promise.reject(new HasherBusy()) } as never
    const busy = await startApp({
      deps: { hashers: { account: createPasswordHasher({ scheme: 'argon2id' }), mailbox } },
    })
    const ada = await busy.signedIn('ada')
    const { status, headers } = await ada.post('/mailboxes', filled())
    expect(status).toBe(503)
    expect(headers.get('Retry-After')).toBe('5')
    expect(await busy.query('SELECT * FROM virtual_users')).toEqual([])
    await busy.stop()
  })

  test('a mail server that takes no row: all of it is undone, and the page says nothing of why', async () => {
    await site.query('ALTER TABLE virtual_users ADD COLUMN homeland VARCHAR(10) NOT NULL')
    const { status, html } = await create()
    await site.query('ALTER TABLE virtual_users DROP COLUMN homeland')
    expect(status).toBe(500)
    expect(html).not.toMatch(/homeland|virtual_users/)
    for (const table of [
      'virtual_users',
      'colombier_mailboxes',
      'colombier_tasks',
      'colombier_reservations',
      'colombier_audit',
    ])
      expect(await site.query(`SELECT 1 FROM ${table}`)).toEqual([])
  })

  test('other people’s pages are answered while a password is being hashed', async () => {
    let finish = () => {}
    const slow = {
      refusal: () => null,
      hash: () => new Promise((resolve) => (finish = () => resolve('{PLAIN}x'))),
    } as never
    const held = await startApp({
      deps: { hashers: { account: createPasswordHasher({ scheme: 'argon2id' }), mailbox: slow } },
    })
    const [ada, ben] = [await held.signedIn('ada'), await held.signedIn('ben')]
    const waiting = ada.post('/mailboxes', filled())
    for (let time = 1; time <= 20; time++) expect((await ben.get('/mailboxes')).status).toBe(200)
    finish()
    expect((await waiting).status).toBe(303)
    await held.stop()
  })
})
