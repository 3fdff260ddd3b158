import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { generateSealKeys, seal, type SealKeyPair } from '../../connector/contract/seal.ts'
import { lockMailbox } from '../../connector/contract/lock.ts'
import { transaction } from '../../src/db/store.ts'
import type { TaskKind } from '../../connector/contract/tasks.ts'
import { makeMail, startMailHost, type MailHost, type Row } from './mail-host.ts'
import { expectWhole, inLanes } from './promises.ts'
import { sha256Hex } from '../lab/mailbox.ts'
import { wrapDoveadm, type WrappedDoveadm } from './wrapped-doveadm.ts'

let host: MailHost
let doveadm: WrappedDoveadm
let stranger: SealKeyPair
beforeAll(async () => {
  host = await startMailHost()
  doveadm = await wrapDoveadm(host.lab)
  stranger = await generateSealKeys()
  // All in one run: each test has a mailbox of its own.
  const addresses = Array.from({ length: 40 }, (_, index) => `mailbox.${index + 1}@example.org`)
  await inLanes(addresses, 4, (each) => host.requestMailbox(each, first))
  const { code, stdout } = await host.connect({ LANES: '4' })
  if (code !== 0) throw new Error(stdout)
  await inLanes(addresses, 4, (each) => host.lab.deliver(each, makeMail('Before')))
})
afterAll(() => host.stop())

const [first, second] = ['the first password', 'the second password']
let count = 0
let address = ''
beforeEach(async () => {
  address = `mailbox.${++count}@example.org`
  await host.query('UPDATE colombier_connectors SET last_failure = NULL, failed_at = NULL')
  await doveadm.clear()
})

interface Forgery {
  id?: string
  kind?: TaskKind
  mailbox?: string
  payload?: string | null
  sealedBy?: SealKeyPair
  sealedFor?: string
}

/** A task row as somebody could write it who may write to the database. */
async function forge({ id = randomUUID(), kind = 'rekey', mailbox = address, ...rest }: Forgery) {
  const [row] = await host.query('SELECT CAST(UTC_TIMESTAMP(6) AS CHAR) AS now')
  const now = row?.['now']
  const newHash = `{PLAIN}${second}`
  const terms = { id, kind, mailbox: rest.sealedFor ?? mailbox, requestedAt: String(now), notBefore: String(now), deadline: null, newHash } // prettier-ignore
  const keys = {
    webPrivateKey: (rest.sealedBy ?? stranger).privateKey,
    connectorPublicKey: host.keys.connector.publicKey,
  }
  const payload = { oldKeyPassword: sha256Hex(first), newKeyPassword: sha256Hex(second) }
  const sealed =
    kind === 'rekey'
      ? await seal(keys, { ...terms, kind }, payload)
      : kind === 'create'
        ? await seal(keys, { ...terms, kind }, { keyPassword: sha256Hex(second) })
        : await seal(keys, { ...terms, kind }, { keyPassword: sha256Hex(first) })
  await host.query(
    `INSERT INTO colombier_tasks (id, kind, mailbox, requested_at, not_before, deadline, payload, new_hash)
     VALUES (?, ?, ?, ?, ?, NULL, ?, ?)`,
    [id, kind, mailbox, String(now), String(now), rest.payload === undefined ? sealed : rest.payload, newHash],
  )
  return id
}

/** What the connector owes the sessions of a locked mailbox is no part of it. */
const state = async (): Promise<Row[]> => [
  ...(await host.query('SELECT * FROM virtual_users ORDER BY id')),
  ...(await host.query(
    'SELECT id, address, account_id, locks, kept_hash, lock_value, lock_row, lock_proof FROM colombier_mailboxes ORDER BY id',
  )),
]
const taskOf = async (id: string) => (await host.query('SELECT * FROM colombier_tasks WHERE id = ?', [id]))[0]

/** Runs the connector, which must not act on this task and must say so. */
async function expectReported(id: string, error: 'seal' | 'replayed') {
  const { code, stdout } = await host.connect(doveadm.env)

  expect(code).toBe(1)
  expect(stdout).toMatch(new RegExp(`"level":"error","message":"task failed".*"error":"${error}"`))
  expect(await taskOf(id)).toMatchObject({ state: 'failed', error, payload: null, new_hash: null })
  const [connector] = await host.query('SELECT last_failure, failed_at FROM colombier_connectors')
  expect(connector).toMatchObject({ last_failure: error, failed_at: expect.anything() as unknown })
  // Ending the sessions of a mailbox that the web app has locked is not the task's doing.
  const acts = (await doveadm.calls()).filter(
    ({ args }) => !['kick', 'auth'].includes(args[0] ?? '') && !args.includes('who'),
  )
  expect(acts).toEqual([])
}

describe('a task that the web app did not seal is not acted on and is reported', () => {
  test.each(['create', 'rekey', 'delete'] as const)('%s, sealed by another key pair', async (kind) => {
    const before = await state()
    await expectReported(await forge({ kind }), 'seal')

    expect(await state()).toEqual(before)
    await expectWhole(host, { address, password: first, refused: second, subjects: ['Before'] })
  })

  test.each([
    ['nothing', null],
    ['an empty text', ''],
    ['its payload in clear', JSON.stringify({ oldKeyPassword: sha256Hex(first), newKeyPassword: sha256Hex(second) })],
    ['a seal of another version', 'v3.AAAA'],
    ['something else', 'v2.not base64url'],
    ['too little', 'v2.AAAA'],
  ])('with %s for a seal', async (_name, payload) => {
    const before = await state()
    await expectReported(await forge({ payload }), 'seal')
    expect(await state()).toEqual(before)
  })

  test.each(['not-a-uuid', '../../../../etc/cron.d/x', '', '%{user}', 'Ω'.repeat(3).replace(/Ω/g, 'z')])(
    'with the id “%s”',
    async (id) => {
      const before = await state()
      await expectReported(await forge({ id }), 'seal')
      expect(await state()).toEqual(before)
      await host.query('DELETE FROM colombier_tasks WHERE id = ?', [id])
    },
  )

  test.each([
    '-A',
    '*',
    '*@example.org',
    'a b@example.org',
    'a\n@example.org',
    '../../etc@example.org',
    '%{user}',
    `"'; --`,
  ])('for the mailbox “%s”', async (mailbox) => {
    const before = await state()
    await expectReported(await forge({ mailbox }), 'seal')
    expect(await state()).toEqual(before)
  })

  test('that has been begun too often leaves no note: the task of its id that the web app seals is carried out', async () => {
    const id = randomUUID()
    await forge({ id })
    await host.query('UPDATE colombier_tasks SET attempts = 20 WHERE id = ?', [id])
    await expectReported(id, 'seal')
    await host.query('DELETE FROM colombier_tasks WHERE id = ?', [id])

    await transaction(host.pool, (db) => lockMailbox(db, host.locking, address, 'task', 'password'))
    await forge({ id, sealedBy: host.keys.web })
    await host.connect()

    expect(await taskOf(id)).toMatchObject({ state: 'done', error: null })
  })

  test('and that the web app did seal, but for an address that doveadm is not given, leaves no note for good', async () => {
    const mailbox = `"no address"@example.org`
    const id = await forge({ mailbox, sealedBy: host.keys.web })
    for (let attempt = 1; attempt <= 3; attempt++) await host.connect()

    expect(await taskOf(id)).toMatchObject({ state: 'failed', error: 'mail_host' })
    const { stdout } = await host.lab.run(['ls', '/var/lib/colombier-connector/ending'])
    expect(stdout).toBe('')
    expect((await host.connect()).stdout).not.toContain('error')
  })

  test('and the mailbox of an administrator’s lock stays locked', async () => {
    await host.query("UPDATE colombier_mailboxes SET locks = 'administrator', kept_hash = ? WHERE address = ?", ['{X}kept', address]) // prettier-ignore
    await host.query("UPDATE virtual_users SET password = '{SHA256}none' WHERE email = ?", [address])
    const before = await state()

    await expectReported(await forge({}), 'seal')

    expect(await state()).toEqual(before)
    await host.query("UPDATE colombier_mailboxes SET locks = '', kept_hash = NULL WHERE address = ?", [address])
  })

  test('and an administrator’s lock by the active column stays', async () => {
    await host.query("UPDATE colombier_mailboxes SET locks = 'administrator' WHERE address = ?", [address])
    await host.query('UPDATE virtual_users SET active = 0 WHERE email = ?', [address])
    const before = await state()

    await expectReported(await forge({}), 'seal')

    expect(await state()).toEqual(before)
    await host.query("UPDATE colombier_mailboxes SET locks = '' WHERE address = ?", [address])
  })

  test('and the tasks beside it are done', async () => {
    const other = `honest.${count}@example.org`
    await host.requestMailbox(other, first)
    await forge({ id: 'bad' })
    await host.query("UPDATE colombier_tasks SET requested_at = '2020-01-01' WHERE id = 'bad'")

    expect((await host.connect()).code).toBe(1)

    expect(await host.task(other)).toMatchObject({ state: 'done' })
  })
})

describe('a task of the web app that was altered on its way', () => {
  test.each([
    ['its kind', "kind = 'delete'"],
    ['its time of request', 'requested_at = requested_at - INTERVAL 1 MICROSECOND'],
    ['its beginning', 'not_before = not_before - INTERVAL 1 SECOND'],
    ['its deadline', 'deadline = deadline + INTERVAL 1 DAY'],
    ['its lack of a deadline', 'deadline = NULL'],
    ['its new hash', "new_hash = '{PLAIN}known to somebody'"],
    ['its id', 'id = UUID()'],
    [
      'the first byte of its payload',
      "payload = CONCAT('v2.', IF(SUBSTR(payload, 4, 1) = 'A', 'B', 'A'), SUBSTR(payload, 5))",
    ],
    ['a byte within its payload', "payload = INSERT(payload, 90, 1, IF(SUBSTR(payload, 90, 1) = 'A', 'B', 'A'))"],
    ['the length of its payload', "payload = CONCAT(payload, 'AAAA')"],
  ])('%s, is not acted on: the mailbox is back with its old password', async (_name, change) => {
    expect(await host.requestPassword(address, first, second)).toBe('requested')
    await host.query(`UPDATE colombier_tasks SET ${change} WHERE mailbox = ? AND state = 'queued'`, [address])
    const { id } = await host.task(address)
    const before = await state()

    await expectReported(String(id), 'seal')

    // The connector wrote nothing but the task's own row. The web app, which knows what it locked, gives the mailbox
    // back.
    expect(await state()).toEqual(before)
    await host.notify()
    await host.connect()
    await expectWhole(host, { address, password: first, refused: second, subjects: ['Before'] })
  })

  test('copied to another mailbox, touches neither key', async () => {
    const other = `copied.to.${count}@example.org`
    await host.makeMailbox(other, first)
    await doveadm.clear()
    expect(await host.requestPassword(address, first, second)).toBe('requested')
    await host.query("UPDATE colombier_tasks SET mailbox = ? WHERE mailbox = ? AND state = 'queued'", [other, address])
    const { id } = await host.task(other)

    await expectReported(String(id), 'seal')

    await expectWhole(host, { address: other, password: first, refused: second, subjects: [] })
    // The mailbox whose task was taken away waits for its owner or an administrator.
    expect(await host.lab.canLogIn(address, second)).toBe(false)
  })
})

describe('a task that was done and is put back', () => {
  test.each(['done', 'failed'])('after it was %s, is not acted on and is reported', async (outcome) => {
    const third = 'the third password'
    expect(await host.requestPassword(address, first, second)).toBe('requested')
    const row = await host.task(address)
    if (outcome === 'failed') await host.lab.run(['mv', homeOf(address), '/root/away'])
    const attempts = outcome === 'failed' ? 3 : 1
    for (let attempt = 1; attempt <= attempts; attempt++) await host.connect()
    if (outcome === 'failed') {
      await host.lab.run(['rm', '-rf', homeOf(address)])
      await host.lab.run(['mv', '/root/away', homeOf(address)])
    }
    expect(await host.task(address)).toMatchObject({ state: outcome })
    const current = outcome === 'done' ? second : first
    await host.requestPassword(address, current, third)
    expect((await host.connect()).code).toBe(0)
    await host.requestPassword(address, third, first)
    expect((await host.connect()).code).toBe(0)
    const before = await state()
    await doveadm.clear()

    await host.query('DELETE FROM colombier_tasks WHERE id = ?', [String(row['id'])])
    await host.query(
      `INSERT INTO colombier_tasks (id, kind, mailbox, requested_at, not_before, deadline, payload, new_hash)
       VALUES (?, 'rekey', ?, ?, ?, ?, ?, ?)`,
      ['id', 'mailbox', 'requested_at', 'not_before', 'deadline', 'payload', 'new_hash'].map((column) =>
        String(row[column]),
      ),
    )
    await expectReported(String(row['id']), 'replayed')

    expect(await state()).toEqual(before)
    await expectWhole(host, { address, password: first, refused: second, subjects: ['Before'] })
  })
})

const homeOf = (mailbox: string) => `/srv/mail/example.org/${mailbox.split('@')[0] ?? ''}`
