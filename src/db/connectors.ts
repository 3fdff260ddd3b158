import type { RowDataPacket } from 'mysql2/promise'
import type { LockKind } from '../../connector/contract/lock.ts'
import type { Mapping } from '../../connector/mapping/mapping.ts'
import { listMailRows } from './mail/rows.ts'
import type { Db } from './store.ts'

/**
 * How a mailbox that has mail may be locked now. By its active column only where the mapping says so and every
 * connector of the last day has seen on its mail host that a mailbox locked that way still takes mail and lets nobody in.
 */
export async function chooseLock(db: Db, mapping: Mapping, address: string): Promise<LockKind> {
  if (mapping.lock === 'password') return 'password'
  // Closed on the mail server by somebody else: the end of a lock by that column would open it.
  const rows = await listMailRows(db, mapping, [address])
  if (rows.get(address)?.open === false) return 'password'
  const [[row]] = await db.execute<(RowDataPacket & { safe: number | null })[]>(
    `SELECT MIN(active_lock = 'safe') AS safe FROM colombier_connectors
     WHERE seen_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY`,
  )
  return row?.safe === 1 ? 'active' : 'password'
}

/** A connector as it last reported. */
export interface ConnectorEntry {
  host: string
  version: string
  mode: 'cron' | 'watch'
  seenSecondsAgo: number
  activeLock: 'unknown' | 'safe' | 'invisible' | 'ineffective'
  lastFailure: string | null
  failedSecondsAgo: number | null
}

/** The connectors, by host; at most 50. */
export async function listConnectors(db: Db): Promise<ConnectorEntry[]> {
  const [rows] = await db.execute<(RowDataPacket & ConnectorEntry)[]>(
    `SELECT host, version, mode, TIMESTAMPDIFF(SECOND, seen_at, UTC_TIMESTAMP(6)) AS seenSecondsAgo,
       active_lock AS activeLock, last_failure AS lastFailure,
       TIMESTAMPDIFF(SECOND, failed_at, UTC_TIMESTAMP(6)) AS failedSecondsAgo
     FROM colombier_connectors ORDER BY host LIMIT 50`,
  )
  return rows
}
