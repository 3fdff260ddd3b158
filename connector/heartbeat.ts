import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'
import type { AppPasswords } from './contract/credentials.ts'
import type { Db } from './contract/database.ts'
import type { TaskError } from './contract/tasks.ts'
import { readVersion } from './contract/version.ts'

export type ActiveLockVerdict = 'unknown' | 'safe' | 'invisible' | 'ineffective'

export const version = readVersion(
  new URL('./package.json', import.meta.url),
  // From the compiled file.
  new URL('../package.json', import.meta.url),
)

/** Records that this host's connector is alive. */
export async function beat(db: Pool, name: string, mode: 'cron' | 'watch') {
  await db.execute(
    `INSERT INTO colombier_connectors (host, version, seen_at, mode) VALUES (?, ?, UTC_TIMESTAMP(6), ?)
     ON DUPLICATE KEY UPDATE version = VALUES(version), seen_at = VALUES(seen_at), mode = VALUES(mode)`,
    [name, version, mode],
  )
}

/** What recordActiveLock wrote last. */
export async function readActiveLock(db: Pool, name: string): Promise<ActiveLockVerdict> {
  type Row = RowDataPacket & { active_lock: ActiveLockVerdict }
  const [[row]] = await db.execute<Row[]>('SELECT active_lock FROM colombier_connectors WHERE host = ?', [name])
  return row?.active_lock ?? 'unknown'
}

/** Records what a lock by the active column turned out to do on this host. */
export async function recordActiveLock(db: Pool, name: string, verdict: ActiveLockVerdict) {
  await db.execute('UPDATE colombier_connectors SET active_lock = ? WHERE host = ?', [verdict, name])
}

/** What recordAppPasswords wrote last. */
export async function readAppPasswords(db: Pool | Connection, name: string): Promise<AppPasswords> {
  type Row = RowDataPacket & { app_passwords: AppPasswords }
  const [[row]] = await db.execute<Row[]>('SELECT app_passwords FROM colombier_connectors WHERE host = ?', [name])
  return row?.app_passwords ?? 'off'
}

/** Records what mail programs may log in with on this host; null: it could not be seen this time. */
export async function recordAppPasswords(db: Pool | Connection, name: string, seen: AppPasswords | null) {
  await db.execute(
    `UPDATE colombier_connectors SET app_passwords = COALESCE(?, app_passwords), app_passwords_at = UTC_TIMESTAMP(6)
     WHERE host = ?`,
    [seen, name],
  )
}

/** Hands over what this host asks its tables, where it is something else than before. */
export async function recordAsked(db: Pool, name: string, text: string) {
  await db.execute('UPDATE colombier_connectors SET asked = ? WHERE host = ? AND NOT asked <=> ?', [text, name, text])
}

export async function recordFailure(db: Db, name: string, error: TaskError) {
  await db.execute('UPDATE colombier_connectors SET last_failure = ?, failed_at = UTC_TIMESTAMP(6) WHERE host = ?', [
    error,
    name,
  ])
}
