import { isSteady, readClock } from './clock.ts'
import { sayOnce } from './log.ts'
import { codeOf } from './reason.ts'
import { reasonOf, type Connector } from './run.ts'

/**
 * Removes from the quarantine what has been there for its days, as passes go by. A pass that would remove more than
 * PURGE_LIMIT stores removes none, and leaves it to the operator: a clock or a setting may be wrong.
 */
export function createPurge({ config, db, mailStore, log }: Omit<Connector, 'doveadm' | 'journal'>) {
  const { quarantineDays } = config.mailStore
  // A program that stays up says the same thing once, until all is well.
  let once = sayOnce(log)

  async function pass(signal?: AbortSignal) {
    const now = await readClock(db)
    const steady = await isSteady(config.stateFolder, now)
    const due = await mailStore.listDue(now)
    if (due.length === 0) {
      once = sayOnce(log)
      return
    }

    // Where nothing is kept, nothing can be too early.
    const isSure = quarantineDays === 0
    if (!isSure && !steady) {
      once(
        'info',
        'nothing leaves the quarantine for an hour: the database’s clock has leapt, or the connector was away',
      )
      return
    }
    if (!isSure && due.length > config.purgeLimit) {
      const [stores, limit] = [due.length, config.purgeLimit]
      once('error', 'nothing leaves the quarantine: more stores than PURGE_LIMIT are due at once', { stores, limit })
      return
    }

    let removed = 0
    for (const one of due) {
      if (signal?.aborted) break
      try {
        await mailStore.discard(one, signal)
        removed++
      } catch (error) {
        if (!signal?.aborted)
          once('error', `${one.names.join(' and ')} cannot be removed from the quarantine`, { reason: codeOf(error) })
      }
    }
    if (removed > 0) log('info', 'removed from the quarantine', { stores: removed })
  }

  return (signal?: AbortSignal): Promise<void> =>
    pass(signal).catch((error: unknown) =>
      once('error', 'the quarantine cannot be cleared', { reason: reasonOf(error) }),
    )
}
