import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import * as v from 'valibot'
import { beforeAll, describe, expect, test } from 'vitest'
import { connectionOptions } from '../../connector/contract/database.ts'
import {
  deriveLockKey,
  digestOfHash,
  isLockProven,
  signLock,
  type LockRecord,
} from '../../connector/contract/lock-record.ts'
import { isForDoveadm } from '../../connector/contract/doveadm-address.ts'
import { parseKeyPasswordExpression } from '../../connector/contract/key-password.ts'
import { conditions } from '../../connector/mapping/grammar.ts'
import { mappingEntries, toMapping } from '../../connector/mapping/settings.ts'
import { Name } from '../../connector/mapping/sql.ts'
import {
  generateSealKeys,
  open,
  seal,
  SealError,
  sealPublicKey,
  type SealKeyPair,
} from '../../connector/contract/seal.ts'
import type { TaskKind, TaskPayloads, TaskTerms } from '../../connector/contract/tasks.ts'

interface Vectors {
  seal: {
    web: SealKeyPair
    connector: SealKeyPair
    tasks: { terms: TaskTerms; payload: TaskPayloads[TaskKind]; sealed: string }[]
  }
  lock: { key: string; digest: { hash: string; digest: string }; records: { record: LockRecord; proof: string }[] }
  keyPassword: { expression: string; password: string; keyPassword: string }[]
}
const vectors = JSON.parse(
  readFileSync(new URL('../../connector/contract/vectors.json', import.meta.url), 'utf8'),
) as Vectors

const { web, connector, tasks } = vectors.seal
const opening = { connectorPrivateKey: connector.privateKey, webPublicKey: web.publicKey }
const sealing = { webPrivateKey: web.privateKey, connectorPublicKey: connector.publicKey }

describe('the seal of version 2', () => {
  test.each(tasks)('opens the committed seal of a $terms.kind', async ({ terms, payload, sealed }) => {
    expect(await open(opening, terms, sealed)).toEqual(payload)
  })

  test.each(tasks)('opens it for no other terms than its own: $terms.kind', async ({ terms, sealed }) => {
    const others: Partial<TaskTerms>[] = [
      { id: '00000000-0000-4000-8000-000000000000' },
      { kind: terms.kind === 'create' ? 'rekey' : 'create' },
      { mailbox: 'ben@example.org' },
      { mailbox: `${terms.mailbox} ` },
      { requestedAt: '2026-11-24 10:00:00.000001' },
      { notBefore: '2026-11-24 10:00:00.000001' },
      { deadline: terms.deadline === null ? terms.notBefore : null },
      { deadline: '2026-11-24 10:15:00.000001' },
      { newHash: terms.newHash === null ? '' : null },
      { newHash: '{PLAIN}other' },
    ]
    for (const other of others) {
      await expect(open(opening, { ...terms, ...other }, sealed), JSON.stringify(other)).rejects.toThrow(SealError)
    }
  })

  test('does not open when any byte of it differs', async () => {
    const [{ terms, sealed } = { terms: null, sealed: '' }] = tasks
    if (!terms) throw new Error('no vector')
    const bytes = Buffer.from(sealed.slice(3), 'base64url')
    for (let index = 0; index < bytes.length; index++) {
      const altered = Buffer.from(bytes)
      altered[index] = (altered[index] ?? 0) ^ (1 << (index % 8))
      await expect(open(opening, terms, `v2.${altered.toString('base64url')}`), `byte ${index}`).rejects.toThrow(
        SealError,
      )
    }
  })

  test.each(['', 'v2', 'v2.', 'v1.', 'v2.AA', 'v2.====', ' v2.AAAA', 'V2.AAAA'])('“%s” is no seal', async (text) => {
    for (const { terms } of tasks) await expect(open(opening, terms, text)).rejects.toThrow(SealError)
  })

  test('is one text only: no padding, no spare bits, nothing after it', async () => {
    const [{ terms, sealed } = { terms: null, sealed: '' }] = tasks
    if (!terms) throw new Error('no vector')
    for (const text of [
      `${sealed}=`,
      `${sealed}\n`,
      `${sealed}A`,
      sealed.slice(0, -1),
      sealed.replace('v2.', 'v2..'),
    ]) {
      await expect(open(opening, terms, text)).rejects.toThrow(SealError)
    }
  })

  test('is opened by nobody else, and made by nobody else', async () => {
    const stranger = await generateSealKeys()
    const [{ terms, sealed } = { terms: null, sealed: '' }] = tasks
    if (!terms) throw new Error('no vector')
    await expect(open({ ...opening, connectorPrivateKey: stranger.privateKey }, terms, sealed)).rejects.toThrow(
      SealError,
    )
    await expect(open({ ...opening, webPublicKey: stranger.publicKey }, terms, sealed)).rejects.toThrow(SealError)
  })

  test('a public key is computed from its private one', async () => {
    for (const pair of [web, connector, await generateSealKeys()]) {
      expect(await sealPublicKey(pair.privateKey)).toBe(pair.publicKey)
    }
  })

  test('whatever is sealed comes out again, different each time', async () => {
    const keyPassword = fc
      .string({ minLength: 1, maxLength: 100, unit: 'grapheme' })
      .filter((text) => !/\p{Cc}/u.test(text))
    const time = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }).map((date) => `${date.toISOString().slice(0, 23).replace('T', ' ')}000`) // prettier-ignore
    const terms = fc.record({
      id: fc.uuid(),
      kind: fc.constant('rekey' as const),
      mailbox: fc.emailAddress(),
      requestedAt: time,
      notBefore: time,
      deadline: fc.option(time),
      newHash: fc.option(fc.string()),
    })
    await fc.assert(
      fc.asyncProperty(terms, keyPassword, keyPassword, async (task, oldKeyPassword, newKeyPassword) => {
        const payload = { oldKeyPassword, newKeyPassword }
        const [one, other] = [await seal(sealing, task, payload), await seal(sealing, task, payload)]
        expect(one).not.toBe(other)
        expect(await open(opening, task, one)).toEqual(payload)
        expect(one).toMatch(/^v2\.[\w-]+$/)
      }),
      { numRuns: 40 },
    )
  })

  test('takes no key password with a line end in it', async () => {
    const terms = { ...(tasks[0] as { terms: TaskTerms }).terms, kind: 'create' as const }
    for (const keyPassword of ['', 'a\nb', 'a\rb', 'a\0b', 'x'.repeat(513)]) {
      await expect(seal(sealing, terms, { keyPassword })).rejects.toThrow()
    }
  })
})

describe('the record of a lock', () => {
  const { key, digest, records } = vectors.lock
  const lockKey = Buffer.from(key, 'hex')

  test('is proven with a key that either program derives, and nobody else', async () => {
    expect(deriveLockKey(web.privateKey, connector.publicKey)).toEqual(lockKey)
    expect(deriveLockKey(connector.privateKey, web.publicKey)).toEqual(lockKey)
    const stranger = await generateSealKeys()
    expect(deriveLockKey(stranger.privateKey, connector.publicKey)).not.toEqual(lockKey)
    expect(() => deriveLockKey(web.privateKey, Buffer.alloc(32).toString('base64url'))).toThrow()
  })

  test.each(records)('has the committed proof, and it proves no other record: $record.locks', ({ record, proof }) => {
    expect(signLock(lockKey, record)).toBe(proof)
    expect(isLockProven(lockKey, { ...record, locks: [...record.locks].reverse() }, proof)).toBe(true)
    const others: Partial<LockRecord>[] = [
      { address: 'ben@example.org' },
      { locks: ['setup'] },
      { locks: [...record.locks, 'setup'] },
      { rowId: '18' },
      { rowId: record.rowId === null ? '' : null },
      { keptHash: '{PLAIN}other' },
      { keptHash: record.keptHash === null ? '' : null },
      { value: 'other' },
    ]
    for (const other of others) expect(isLockProven(lockKey, { ...record, ...other }, proof), JSON.stringify(other)).toBe(false) // prettier-ignore
    for (const other of ['', 'v1.', proof.slice(0, -1), `${proof}A`, proof.replace('v1', 'v2')])
      expect(isLockProven(lockKey, record, other)).toBe(false)
    expect(isLockProven(Buffer.alloc(32), record, proof)).toBe(false)
  })

  test('tells a hash by a digest that nobody can compute who has no key', () => {
    expect(digestOfHash(lockKey, digest.hash)).toBe(digest.digest)
    expect(digestOfHash(Buffer.alloc(32), digest.hash)).not.toBe(digest.digest)
  })
})

describe('an address that doveadm takes', () => {
  test.each([
    'ada@example.org', 'first..last@example.org', '-dash@example.org', 'up!per#x@example.org', 'élodie@example.org',
    "o'brien@example.org", 'r&d@example.org', '.dot@example.org', 'a+b=c~d@example.org', '{brace}$`^|@example.org',
    'жук@bücher.example', `${'x'.repeat(64)}@example.org`,
  ])('can be %s', (address) => expect(isForDoveadm(address)).toBe(true)) // prettier-ignore

  test.each([
    '', '@', 'ada', 'ada@', '@example.org', '*@example.org', 'a?a@example.org', 'a*@example.org', 'a b@example.org',
    'a\n@example.org', 'a\u0000@example.org', 'a\u200bb@example.org', '../../etc@example.org', '..@example.org', '.@example.org',
    'a/b@example.org', 'a\\b@example.org', 'a%{user}@example.org', '"a"@example.org', 'a@b@example.org',
    'ada@-example.org', 'ada@example..org', 'ada@exa mple.org', 'ada@exa/mple.org', 'ada@.', `${'x'.repeat(65)}@example.org`,
  ])('can’t be “%s”', (address) => expect(isForDoveadm(address)).toBe(false)) // prettier-ignore
})

describe('the key password', () => {
  test.each(vectors.keyPassword)('$expression, as committed', ({ expression, password, keyPassword }) => {
    expect(parseKeyPasswordExpression(expression)(password)).toBe(keyPassword)
  })
})

describe('the mapping', () => {
  const read = (env: Record<string, string>) => toMapping(v.parse(v.object(mappingEntries), env))

  test.each([
    ['users', '`users`'],
    ['mail.users', '`mail`.`users`'],
    ['`with space`', '`with space`'],
    ['`mail server`.`the users`', '`mail server`.`the users`'],
    ['rank', '`rank`'],
    ['enable-imap', '`enable-imap`'],
    ['$a', '`$a`'],
    ['adresse-électronique', '`adresse-électronique`'],
    ['`a``b`.`c.d`', '`a``b`.`c.d`'],
  ])('quotes the name %s', (given, quoted) => {
    expect(read({ MAILBOX_TABLE: given }).mailbox.table.text).toBe(quoted)
  })

  test.each(['', 'a b', 'a;b', 'a`b', "a'b", 'a.b.c', '.a', 'a.', '1a', 'a\nb', '`a\0b`', 'users --', '`a'])(
    'refuses the name “%s”',
    (given) => {
      expect(() => read({ MAILBOX_TABLE: given })).toThrow()
    },
  )

  test('no name leaves its quotes', () => {
    fc.assert(
      fc.property(fc.string(), (given) => {
        const parsed = v.safeParse(mappingEntries.MAILBOX_TABLE, given)
        if (parsed.success) expect(parsed.output.text).toMatch(/^`(?:[^`]|``)+`(?:\.`(?:[^`]|``)+`)?$/)
      }),
    )
  })

  test('reads sets of column and value', () => {
    const text =
      "active=1, kind<>'it, is', gone=NULL, `the flag`='it''s', when={now}, type IN ('a', b, NULL), x NOT IN (1)"
    expect(v.parse(conditions, text)).toEqual([
      [{ column: new Name(['active']), is: '=', not: false, values: ['1'] }],
      [{ column: new Name(['kind']), is: '=', not: true, values: ['it, is'] }],
      [{ column: new Name(['gone']), is: '=', not: false, values: [null] }],
      [{ column: new Name(['the flag']), is: '=', not: false, values: ["it's"] }],
      [{ column: new Name(['when']), is: '=', not: false, values: ['{now}'] }],
      [{ column: new Name(['type']), is: '=', not: false, values: ['a', 'b', null] }],
      [{ column: new Name(['x']), is: '=', not: true, values: ['1'] }],
    ])
  })

  test.each([
    'active',
    'active=',
    'active=1; DROP',
    'active=1 OR 1=1',
    "a='it's'",
    'active>',
    'a=1 b=2',
    'a IN 1',
    'a IN (1',
    'a IN ()',
    'a.b=1',
    ',a=1',
  ])('refuses the set “%s”', (given) => {
    expect(v.safeParse(conditions, given).success).toBe(false)
  })

  test('the active lock needs the values it sets', () => {
    expect(() => read({ LOCK: 'active', MAILBOX_LOCKED: '' })).toThrow('MAILBOX_LOCKED')
  })
})

describe('the way to the database', () => {
  let settings: Parameters<typeof connectionOptions>[0]
  beforeAll(() => {
    settings = {
      DATABASE_HOST: '127.0.0.1',
      DATABASE_PORT: 3306,
      DATABASE_SOCKET: '',
      DATABASE_USER: 'u',
      DATABASE_PASSWORD: 'p',
      DATABASE_NAME: 'n',
      DATABASE_TLS: 'auto',
      DATABASE_TLS_CA: '',
    }
  })

  test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('is plain on the same host: %s', (host) => {
    expect(connectionOptions({ ...settings, DATABASE_HOST: host }).ssl).toBeUndefined()
  })

  test.each(['db.example.org', '127.example.org', 'localhost.example.org'])(
    'is TLS with its name checked for %s',
    (host) => {
      expect(connectionOptions({ ...settings, DATABASE_HOST: host }).ssl).toMatchObject({ verifyIdentity: true })
    },
  )

  test.each(['192.0.2.1', '2001:db8::1'])('needs a name where it is TLS: %s is refused', (host) => {
    expect(() => connectionOptions({ ...settings, DATABASE_HOST: host })).toThrow('DATABASE_HOST')
  })
})
