import { readFileSync } from 'node:fs'
import type { Pool } from 'mysql2/promise'
import type { TaskError } from './contract/tasks.ts'

export type ActiveLockVerdict = 'unknown' | 'safe' | 'invisible' | 'ineffective'

// Next to the source file, and one folder above the compiled one.
const manifest = ['./package.json', '../package.json'].map((path) => new URL(path, import.meta.url))

export const version: string =
  manifest
    .map((url) => {
      try {
        return (JSON.parse(readFileSync(url, 'utf8')) as { version?: string }).version
      } catch {
        return undefined
      }
    })
    .find((found) => found !== undefined) ?? 'unknown'

/** Records that this host's connector is alive. */
export async function beat(db: Pool, name: string, mode: 'cron' | 'watch') {
  await db.execute(
    `INSERT INTO colombier_connectors (host, version, seen_at, mode) VALUES (?, ?, UTC_TIMESTAMP(6), ?)
     ON DUPLICATE KEY UPDATE version = VALUES(version), seen_at = VALUES(seen_at), mode = VALUES(mode)`,
    [name, version, mode],
  )
}

/** Records what a lock by the active column turned out to do on this host. */
export async function recordActiveLock(db: Pool, name: string, verdict: ActiveLockVerdict) {
  await db.execute('UPDATE colombier_connectors SET active_lock = ? WHERE host = ?', [verdict, name])
}

export async function recordFailure(db: Pool, name: string, error: TaskError) {
  await db.execute('UPDATE colombier_connectors SET last_failure = ?, failed_at = UTC_TIMESTAMP(6) WHERE host = ?', [
    error,
    name,
  ])
}
