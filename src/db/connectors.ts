import type { RowDataPacket } from 'mysql2/promise'
import type { AppPasswords } from '../../connector/contract/credentials.ts'
import type { Db } from './store.ts'

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

/** Cron runs it every two minutes; this many runs missed is no accident. */
export const SILENT_SECONDS = 600

/** After so long a connector was taken away, and is not missed while another reports. */
const GONE_DAYS = 7

export type ConnectorState = 'reports' | 'silent' | 'gone'

export function stateOf({ seenSecondsAgo }: Pick<ConnectorEntry, 'seenSecondsAgo'>): ConnectorState {
  if (seenSecondsAgo <= SILENT_SECONDS) return 'reports'
  return seenSecondsAgo <= GONE_DAYS * 86_400 ? 'silent' : 'gone'
}

/** What of the connectors somebody has to see to. */
export interface ConnectorTrouble {
  /** none reports */
  allSilent: boolean
  /** some do, and one does not */
  oneSilent: boolean
  /** one that reports is of another version than the web app */
  otherVersion: boolean
}

/** As a number, with the web app's version as its parameter: 1, a connector is silent; 2, one is of another version. */
const trouble = `(SELECT COALESCE(BIT_OR(CASE
    WHEN seen_at >= UTC_TIMESTAMP(6) - INTERVAL ${SILENT_SECONDS} SECOND THEN IF(version <> ?, 2, 0)
    WHEN seen_at >= UTC_TIMESTAMP(6) - INTERVAL ${GONE_DAYS} DAY THEN 1 ELSE 0 END), 0) FROM colombier_connectors)`

/**
 * As a condition: no connector has reported for that long. Where none ever has, a task has been waiting for that
 * long: a mail host may need no connector.
 */
const noConnectorReports = `(SELECT COALESCE(MAX(seen_at) < UTC_TIMESTAMP(6) - INTERVAL ${SILENT_SECONDS} SECOND,
    EXISTS (SELECT 1 FROM colombier_tasks WHERE state = 'queued'
      AND not_before < UTC_TIMESTAMP(6) - INTERVAL ${SILENT_SECONDS} SECOND)) FROM colombier_connectors)`

/** The columns of a ConnectorTrouble, each in what `wrap` makes of it. One parameter: the web app's version. */
export const troubleColumns = (wrap = (column: string) => column): string =>
  `${wrap(noConnectorReports)} AS silent, ${wrap(trouble)} AS trouble`

export const toTrouble = (row: { silent?: number | null; trouble?: number | null } | undefined): ConnectorTrouble => {
  const [allSilent, bits] = [row?.silent === 1, row?.trouble ?? 0]
  return { allSilent, oneSilent: !allSilent && (bits & 1) !== 0, otherVersion: (bits & 2) !== 0 }
}

/** Whether tasks are not carried out, because no connector reports. */
export async function areConnectorsSilent(db: Db): Promise<boolean> {
  const [[row]] = await db.execute<(RowDataPacket & { silent: number })[]>(`SELECT ${noConnectorReports} AS silent`)
  return row?.silent === 1
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

/** As a number, which `toAppPasswords` reads: the least that a connector of the last day has seen on its host. */
export const seenAppPasswords = `(SELECT MIN(app_passwords + 0) FROM colombier_connectors
    WHERE seen_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY)`

export const toAppPasswords = (seen: number | null): AppPasswords =>
  (['off', 'off', 'offered', 'required'] as const)[seen ?? 0] ?? 'off'

export async function findSeenAppPasswords(db: Db): Promise<AppPasswords> {
  const [[row]] = await db.execute<(RowDataPacket & { seen: number | null })[]>(`SELECT ${seenAppPasswords} AS seen`)
  return toAppPasswords(row?.seen ?? null)
}

/** What a mail host asks its tables, as its connector hands it over. */
interface Asked {
  host: string
  text: string
}

/**
 * What mail hosts ask their tables, of those whose connectors were there in the last day.
 * @returns nothing where Colombier's own tables are not there yet, or not of this version
 */
export async function listAsked(db: Db): Promise<Asked[]> {
  try {
    const [rows] = await db.execute<(RowDataPacket & Asked)[]>(
      `SELECT host, asked AS text FROM colombier_connectors
       WHERE asked <> '' AND seen_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY ORDER BY host LIMIT 10`,
    )
    return rows
  } catch (error) {
    const unseen = [
      'ER_NO_SUCH_TABLE',
      'ER_BAD_FIELD_ERROR',
      'ER_TABLEACCESS_DENIED_ERROR',
      'ER_COLUMNACCESS_DENIED_ERROR',
    ]
    if (unseen.includes((error as { code?: string }).code ?? '')) return []
    throw error
  }
}

/**
 * Whether every connector of the last day has seen that a mailbox locked by its active column takes mail and lets
 * nobody in.
 */
export async function isActiveLockSafe(db: Db): Promise<boolean> {
  const [[row]] = await db.execute<(RowDataPacket & { safe: number | null })[]>(
    `SELECT MIN(active_lock = 'safe') AS safe FROM colombier_connectors
     WHERE seen_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY`,
  )
  return row?.safe === 1
}
