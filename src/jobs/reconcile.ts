import type { Mapping } from '../../connector/mapping/mapping.ts'
import { record } from '../db/audit.ts'
import { listMailRows } from '../db/mail/rows.ts'
import { listBatch, markFound, markMissing, removeMissing } from '../db/missing-mailboxes.ts'
import { transaction, type Pool } from '../db/store.ts'
import type { Log } from '../lib/log.ts'
import { forEach } from './for-each.ts'

interface ReconcileSettings {
  /** rows at a time */
  batch: number
  /** for how long the mail server must have been without a mailbox */
  missingSeconds: number
  /** when at least this many are missing, and at least half of all, the mapping is to blame */
  suspicious: number
}

export const reconcileDefaults: ReconcileSettings = { batch: 500, missingSeconds: 86_400, suspicious: 10 }

interface Deps {
  pool: Pool
  mapping: Mapping
  log: Log
  settings?: ReconcileSettings
}

/**
 * Forgets mailboxes that the mail server has lost: missing for a day, with no open task. When most seem to be, the
 * mapping leads to the wrong rows, and nothing is forgotten. Safe in several processes: each row is marked and removed
 * under a condition of its own.
 * @returns how many were forgotten
 */
export async function reconcile({ pool, mapping, log, settings = reconcileDefaults }: Deps): Promise<number> {
  let seen = 0
  let missing = 0
  for (let after = 0; ;) {
    const rows = await listBatch(pool, after, settings.batch)
    const last = rows.at(-1)
    if (last === undefined) break

    const addresses = rows.map(({ address }) => address)
    const present = await listMailRows(pool, mapping, addresses)
    const lost = addresses.filter((address) => !present.has(address))
    await markMissing(pool, lost)
    await markFound(
      pool,
      rows.filter(({ address, marked }) => marked && present.has(address)).map(({ address }) => address),
    )
    seen += rows.length
    missing += lost.length
    after = last.id
  }

  if (missing >= settings.suspicious && missing * 2 >= seen) {
    log.error({ event: 'reconcile', seen, missing }, 'most mailboxes are missing on the mail server: see the mapping')
    return 0
  }
  return forgetMissing({ pool, mapping, log, settings })
}

async function forgetMissing({ pool, mapping, log, settings }: Required<Deps>): Promise<number> {
  let count = 0
  for (let after = 0; ;) {
    const rows = await listBatch(pool, after, settings.batch, settings.missingSeconds)
    const last = rows.at(-1)
    if (last === undefined) return count

    await forEach(rows, async ({ address }) => {
      const removed = await transaction(pool, async (db) => {
        if ((await listMailRows(db, mapping, [address])).has(address)) return false
        if (!(await removeMissing(db, address, settings.missingSeconds))) return false
        await record(db, { action: 'mailbox.cleared', mailbox: address })
        return true
      })
      if (!removed) return
      count++
      log.warn({ event: 'mailbox cleared', mailbox: address }, 'the mail server has lost a mailbox')
    })
    after = last.id
  }
}
