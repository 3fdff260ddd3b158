import type { Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { openDigest, unwrap, wrap, type CredentialTerms, type WrappedForm } from './contract/credentials.ts'
import type { Db } from './contract/database.ts'
import { isUserForDoveadm } from './contract/doveadm-address.ts'
import { findRealHash } from './contract/lock.ts'
import type { TaskPayloads } from './contract/tasks.ts'
import { MailHostError } from './doveadm.ts'
import { recordFailure } from './heartbeat.ts'
import { findLogins } from './mapping/login-names.ts'
import { createNotes } from './notes.ts'
import { codeOf } from './reason.ts'
import type { TaskContext } from './tasks/context.ts'

type Connector = Omit<TaskContext, 'task'>

type Row = RowDataPacket & CredentialTerms & WrappedForm & { id: number }

/**
 * Wraps the new key password under each of the mailbox’s credentials, in the transaction that puts the new hash into
 * effect: all of them follow, or the change is not made. One whose seal opens with neither key password, or whose
 * proof is of neither hash, was altered, copied from another mailbox, or is from before a change of the seal keys. It
 * no longer logs in, and would if it were wrapped anew as it stands: it is removed.
 * @param hashBefore the login hash until now; null: there was none
 */
export async function wrapAnew(
  db: Db,
  { config, log, task }: Pick<TaskContext, 'config' | 'log' | 'task'>,
  { oldKeyPassword, newKeyPassword, by }: TaskPayloads['rekey'],
  hashBefore: string | null,
) {
  const { mailbox } = task
  // Used up. Put back from a backup, it would be of another login hash.
  if (by === 'code')
    await db.execute("DELETE FROM colombier_credentials WHERE mailbox = ? AND kind = 'recovery'", [mailbox])
  const [rows] = await db.execute<Row[]>(
    `SELECT id, mailbox, kind, protocols, last_day AS lastDay, lookup, salt, wrapped, sealed, proof
     FROM colombier_credentials WHERE mailbox = ? AND revoked_at IS NULL FOR UPDATE`,
    [mailbox],
  )
  if (rows.length === 0) return
  const loginHash = await findRealHash(db, config.locking, mailbox)
  if (loginHash === null) throw new Error('The mailbox has no login hash to wrap its credentials for')

  for (const row of rows) {
    const digest = [oldKeyPassword, newKeyPassword]
      .map((keyPassword) => openDigest(config.credentialKeys, row, row, keyPassword))
      .find((found): found is string => found !== null)
    const isAsMade = (hash: string | null) =>
      hash !== null && digest !== undefined && unwrap(row, row, digest, hash) !== null
    if (digest === undefined || !(isAsMade(hashBefore) || isAsMade(loginHash))) {
      log('error', 'a credential cannot be wrapped anew and was removed', {
        task: task.id,
        mailbox,
        credential: row.id,
      })
      await db.execute('DELETE FROM colombier_credentials WHERE id = ?', [row.id])
      await recordFailure(db, config.name, 'seal')
      continue
    }
    const { salt, wrapped, sealed, proof } = wrap(config.credentialKeys, row, digest, {
      keyPassword: newKeyPassword,
      loginHash,
    })
    const [{ affectedRows }] = await db.execute<ResultSetHeader>(
      'UPDATE colombier_credentials SET salt = ?, wrapped = ?, sealed = ?, proof = ? WHERE id = ?',
      [salt, wrapped, sealed, proof, row.id],
    )
    if (affectedRows !== 1) throw new Error('A credential of the mailbox is gone')
  }
}

/** The credentials that this host knows to be revoked, by what finds their row. */
export const createRevocations = (stateFolder: string) => createNotes(stateFolder, 'revoked')

// A note's name has the form of a task's id.
const noteOf = (lookup: Buffer): string => lookup.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
const lookupOf = (note: string): Buffer => Buffer.from(note.replaceAll('-', ''), 'hex')

/**
 * Remembers what was revoked, ends the sessions of those mailboxes, and removes the rows.
 * @returns whether all went well
 */
export async function endRevoked({ config, db, doveadm, log }: Connector): Promise<boolean> {
  const [rows] = await db.execute<(RowDataPacket & { id: number; mailbox: string; kind: string; lookup: Buffer })[]>(
    `SELECT id, mailbox, kind, lookup FROM colombier_credentials
     WHERE revoked_at IS NOT NULL ORDER BY revoked_at LIMIT 200`,
  )
  const revocations = createRevocations(config.stateFolder)
  let well = true
  const mailboxes = [...new Set(rows.map((row) => row.mailbox))]
  const users = await findLogins(db, config.mapping, mailboxes)
  for (const mailbox of mailboxes) {
    const user = users.get(mailbox) ?? ''
    const own = rows.filter((row) => row.mailbox === mailbox)
    try {
      for (const { lookup } of own) await revocations.write(noteOf(lookup), mailbox)
      // Nobody logs in by a recovery code.
      if (own.some(({ kind }) => kind === 'app') && isUserForDoveadm(user)) {
        await doveadm.forgetLogins(user)
        await doveadm.kick(user)
      }
      for (const { id } of own) await removeRow(db, id)
    } catch (error) {
      log('error', 'revoked credentials are to be ended later', { mailbox, reason: reasonOf(error) })
      well = false
    }
  }
  return well
}

/**
 * Removes rows that were revoked here and are back: somebody has put a backup, or a part of one, in their place.
 * @returns whether there were none
 */
export async function removeReturned({ config, db, doveadm, log }: Connector): Promise<boolean> {
  const notes = (await createRevocations(config.stateFolder).names()).filter((name) => /^[0-9a-f-]{36}$/.test(name))
  let well = true
  for (let start = 0; start < notes.length; start += 500) {
    const [rows] = await db.query<(RowDataPacket & { id: number; mailbox: string })[]>(
      'SELECT id, mailbox FROM colombier_credentials WHERE revoked_at IS NULL AND lookup IN (?)',
      [notes.slice(start, start + 500).map(lookupOf)],
    )
    const users = await findLogins(db, config.mapping, [...new Set(rows.map((row) => row.mailbox))])
    for (const { id, mailbox } of rows) {
      const user = users.get(mailbox) ?? ''
      await removeRow(db, id)
      log('error', 'a revoked credential was in the database again and was removed', { mailbox, credential: id })
      await recordFailure(db, config.name, 'replayed')
      well = false
      // What logged in by it is ended if it can be; it logs in no more in any case.
      if (isUserForDoveadm(user))
        await doveadm
          .kick(user)
          .catch((error: unknown) =>
            log('error', 'its sessions could not be ended', { mailbox, reason: reasonOf(error) }),
          )
    }
  }
  return well
}

/** Our own message, since a database's may quote values. */
const reasonOf = (error: unknown): string => (error instanceof MailHostError ? error.message : codeOf(error))

const removeRow = async (db: Pool, id: number) => {
  await db.execute('DELETE FROM colombier_credentials WHERE id = ?', [id])
}
