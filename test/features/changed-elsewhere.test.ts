import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lockMailbox, unlockMailbox } from '../../connector/contract/lock.ts'
import { transaction } from '../../src/db/store.ts'
import { rollBackOverdue } from '../../src/jobs/deadlines.ts'
import { signLocks } from '../../src/mailbox/sign-locks.ts'
import { notifyEnded } from '../../src/jobs/notify.ts'
import { CAST, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { addMailbox, endTask, MAILBOX_PASSWORD } from '../support/tasks.ts'

const ADDRESS = 'ada.lovelace@example.org'
const HASH = `{PLAIN}${MAILBOX_PASSWORD}`
const FOREIGN = '{PLAIN}what the new holder chose'

describe.each(['password', 'active'] as const)('a mailbox that was locked (LOCK=%s)', (kind) => {
  let site: TestApp
  let ada: Browser
  let ben: Browser
  let id = 0
  beforeAll(async () => {
    site = await startApp({ env: { LOCK: kind, MAILBOX_ID: 'id' } })
    await site.query(
      `INSERT INTO colombier_connectors (host, version, seen_at, mode, active_lock) VALUES ('mail', '1', UTC_TIMESTAMP(6), 'cron', 'safe')`,
    )
  })
  afterAll(() => site.stop())
  beforeEach(async () => {
    const tables = ['tasks', 'mailboxes', 'outbox', 'audit'].map((table) => `colombier_${table}`)
    for (const table of [...tables, 'virtual_users']) await site.query(`DELETE FROM ${table}`)
    id = await addMailbox(site, { address: ADDRESS, accountId: site.idOf('ada'), hash: HASH })
    ;[ada, ben] = [await site.signedIn('ada'), await site.signedIn('ben')]
  })

  const lock = () => ben.post(`/mailboxes/${id}/lock`, { reason: 'to look into it' })
  const unlock = () => ben.post(`/mailboxes/${id}/lock/removal`, {})
  const askForChange = () =>
    ada.post(`/mailboxes/${id}/password`, { current: MAILBOX_PASSWORD, password: 'another long one', again: 'another long one' }) // prettier-ignore
  const askForDeletion = () => ada.post(`/mailboxes/${id}/deletion`, { password: MAILBOX_PASSWORD })
  const row = async () => (await site.query('SELECT * FROM virtual_users'))[0]
  const own = async () =>
    (await site.query('SELECT locks, kept_hash, lock_value, lock_row, lock_proof FROM colombier_mailboxes'))[0]
  const unlocked = { locks: '', kept_hash: null, lock_value: null, lock_row: null, lock_proof: null }
  const told = async () =>
    (
      await site.query<{ recipient: string }>(
        `SELECT recipient FROM colombier_outbox WHERE subject LIKE '%changed by another program' ORDER BY 1`,
      )
    ).map(({ recipient }) => recipient)
  const noted = () => site.query("SELECT mailbox FROM colombier_audit WHERE action = 'mailbox.changed_elsewhere'")

  /** What another program may do to it meanwhile. */
  const changes = {
    'gives it another hash': () => site.query('UPDATE virtual_users SET password = ?, active = 1', [FOREIGN]),
    'makes it anew for somebody else': async () => {
      await site.query('DELETE FROM virtual_users')
      await site.query(`INSERT INTO virtual_users (domain_id, email, password, quota) SELECT id, ?, ?, 0 FROM virtual_domains WHERE name = 'example.org'`, [ADDRESS, FOREIGN]) // prettier-ignore
    },
    'makes it anew as it was': async () => {
      await site.query('UPDATE virtual_users SET id = id + 1000')
    },
  }

  test('opens with what it had, where nobody has changed it', async () => {
    const before = await row()
    expect((await lock()).status).toBe(303)
    expect(await row()).not.toEqual(before)
    expect((await unlock()).status).toBe(303)
    expect(await row()).toEqual(before)
    expect(await own()).toEqual(unlocked)
    expect(await noted()).toEqual([])
  })

  test.each(Object.entries(changes))('and that another program %s stays as that left it', async (_, change) => {
    await lock()
    await change()
    const before = await row()

    expect((await unlock()).status).toBe(303)

    expect(await row()).toEqual(before)
    expect(await own()).toEqual(unlocked)
    expect(await noted()).toEqual([{ mailbox: ADDRESS }])
    expect(await told()).toEqual([CAST.ada.email, CAST.ben.email, CAST.dora.email].sort())
  })

  test('stays as another program left it when its deletion is cancelled', async () => {
    await askForDeletion()
    await changes['makes it anew for somebody else']()
    const before = await row()

    expect((await ada.post(`/mailboxes/${id}/deletion/cancellation`, {})).status).toBe(303)

    expect(await row()).toEqual(before)
    expect(await own()).toEqual(unlocked)
    expect(await site.query('SELECT state FROM colombier_tasks')).toEqual([{ state: 'cancelled' }])
    expect(await told()).toHaveLength(3)
  })

  test('stays as another program left it when its change runs out of time, and everyone is told once', async () => {
    await askForChange()
    await changes['gives it another hash']()
    const before = await row()
    await site.query('UPDATE colombier_tasks SET deadline = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND')

    expect(await rollBackOverdue(site.pool, site.locking)).toBe(1)
    await notifyEnded(site.pool, site.config, site.lockKey)

    expect(await row()).toEqual(before)
    expect(await site.query('SELECT state, error FROM colombier_tasks')).toEqual([{ state: 'failed', error: 'changed_elsewhere' }]) // prettier-ignore
    expect(await told()).toEqual([CAST.ben.email, CAST.dora.email])
    expect((await ada.get('/mailboxes')).html).toContain('another program changed the mailbox')
    const mails = await site.query('SELECT subject FROM colombier_outbox WHERE recipient = ?', [CAST.ada.email])
    expect(mails).toEqual([{ subject: `The password of ${ADDRESS} was not changed` }])
  })

  test('is not given the new hash of a change that another program has overtaken', async () => {
    await askForChange()
    await changes['gives it another hash']()
    const before = await row()
    await endTask(site, ADDRESS)
    expect(await row()).toEqual(before)
  })

  test('is locked anew by an administrator, whose lock gives back what the other program wrote', async () => {
    await askForDeletion()
    await changes['gives it another hash']()
    const before = await row()

    await lock()
    expect(await row()).not.toEqual(before)
    expect((await own())?.['locks']).toBe('administrator')
    // The deletion holds nothing of it any more.
    expect(await transaction(site.pool, (db) => unlockMailbox(db, site.locking, ADDRESS, 'task'))).toBe('held')
    await unlock()
    expect(await row()).toEqual(before)
  })

  test.each([
    ['its kept hash', "kept_hash = '{PLAIN}forged'"],
    ['the value that it wrote', "lock_value = (SELECT password FROM virtual_users), kept_hash = '{PLAIN}forged'"],
    ['whose lock it is', "locks = 'task,administrator,setup'"],
    ['its proof', "lock_proof = REPLACE(lock_proof, 'v1', 'v2')"],
    ['all of it', 'lock_proof = NULL'],
  ])(
    'and whose lock somebody rewrote in the database (%s) is not opened by it, and the page says so',
    async (_, set) => {
      await lock()
      await site.query(`UPDATE colombier_mailboxes SET ${set}`)
      const before = [await row(), await own()]

      const { status, html } = await unlock()

      expect(status).toBe(409)
      expect(html).toContain('This site did not write')
      expect([await row(), await own()]).toEqual(before)
      expect((await lock()).status).toBe(409)
      expect([await row(), await own()]).toEqual(before)
    },
  )

  test('and whose record is put in another’s place opens nothing there', async () => {
    const other = 'ada.byron@example.org'
    await addMailbox(site, { address: other, accountId: site.idOf('ada'), hash: '{PLAIN}of the other' })
    await lock()
    await transaction(site.pool, (db) => lockMailbox(db, site.locking, other, 'administrator', kind))
    await site.query(
      `UPDATE colombier_mailboxes o JOIN colombier_mailboxes a ON a.address = ? SET o.kept_hash = a.kept_hash,
         o.lock_value = a.lock_value, o.lock_row = a.lock_row, o.lock_proof = a.lock_proof WHERE o.address = ?`,
      [ADDRESS, other],
    )
    const before = await site.query('SELECT * FROM virtual_users')
    expect(await transaction(site.pool, (db) => unlockMailbox(db, site.locking, other, 'administrator'))).toBe(
      'unproven',
    )
    expect(await site.query('SELECT * FROM virtual_users')).toEqual(before)
  })

  test('can still be kept from being deleted, whatever was written about its lock', async () => {
    await askForDeletion()
    await site.query("UPDATE colombier_mailboxes SET kept_hash = '{PLAIN}forged'")
    const before = await row()
    expect((await ada.post(`/mailboxes/${id}/deletion/cancellation`, {})).status).toBe(303)
    expect(await site.query('SELECT state FROM colombier_tasks')).toEqual([{ state: 'cancelled' }])
    expect(await row()).toEqual(before)
  })

  test('from a version without proofs opens as it was, once its lock is signed', async () => {
    const before = await row()
    await lock()
    await site.query('UPDATE colombier_mailboxes SET lock_value = NULL, lock_row = NULL, lock_proof = NULL')
    // What such a version wrote.
    const value = `{SHA256}${randomBytes(32).toString('base64')}`
    if (kind === 'password') await site.query('UPDATE virtual_users SET password = ?', [value])
    expect((await unlock()).status).toBe(409)

    expect(await signLocks(site.pool, site.locking)).toEqual([ADDRESS])
    expect(await signLocks(site.pool, site.locking)).toEqual([])
    expect((await unlock()).status).toBe(303)
    expect(await row()).toEqual(before)
  })

  test('whose task ended while its lock was not proven opens when the lock is signed', async () => {
    const before = await row()
    await askForDeletion()
    await site.query('UPDATE colombier_mailboxes SET lock_value = NULL, lock_row = NULL, lock_proof = NULL')
    await ada.post(`/mailboxes/${id}/deletion/cancellation`, {})
    expect(await row()).not.toEqual(before)

    expect(await signLocks(site.pool, site.locking)).toEqual([ADDRESS])

    expect(await row()).toEqual(before)
    expect(await own()).toEqual(unlocked)
  })

  test('and whose task is open stays locked when the lock is signed', async () => {
    await askForDeletion()
    await site.query('UPDATE colombier_mailboxes SET lock_value = NULL, lock_row = NULL, lock_proof = NULL')
    expect(await signLocks(site.pool, site.locking)).toEqual([ADDRESS])
    expect(await own()).toMatchObject({ locks: 'task' })
  })

  test('stays as another program left it after a task that the connector refused, and everyone is told', async () => {
    await askForChange()
    await changes['gives it another hash']()
    const before = await row()
    await site.query("UPDATE colombier_tasks SET state = 'failed', error = 'seal', payload = NULL")
    await notifyEnded(site.pool, site.config, site.lockKey)
    expect(await row()).toEqual(before)
    expect(await own()).toEqual(unlocked)
    expect(await told()).toEqual([CAST.ada.email, CAST.ben.email, CAST.dora.email].sort())
  })

  test.each(['seal', 'replayed'])(
    'comes back as it was after a task that the connector refused (%s)',
    async (error) => {
      const before = await row()
      await askForChange()
      await site.query("UPDATE colombier_tasks SET state = 'failed', error = ?, payload = NULL", [error])
      await notifyEnded(site.pool, site.config, site.lockKey)
      expect(await row()).toEqual(before)
      expect(await own()).toEqual(unlocked)
    },
  )
})
