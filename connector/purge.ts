import { isSteady, readClock } from './clock.ts'
import { sayOnce } from './log.ts'
import { codeOf } from './reason.ts'
import { reasonOf, type Connector } from './run.ts'

/**
 * Makes the function that removes stores from the quarantine when their days are over, called at each pass. If more
 * than PURGE_LIMIT stores are due at once, it removes none and leaves the decision to the operator: a clock or a
 * setting may be wrong.
 */
export function createPurge({ config, db, mailStore, log }: Omit<Connector, 'doveadm' | 'journal'>) {
  const { quarantineDays } = config.mailStore
  // A process that stays up reports each problem once, until there is none left.
  let once = sayOnce(log)

  async function pass(signal?: AbortSignal) {
    const now = await readClock(db)
    const steady = await isSteady(config.stateFolder, now)
    const due = await mailStore.listDue(now)
    if (due.length === 0) {
      once = sayOnce(log)
      return
    }

    // If stores are not kept at all, none can be removed too early.
    const isSure = quarantineDays === 0
    if (!isSure && !steady) {
      once('info', 'the quarantine is not purged for an hour: the database’s clock jumped, or the connector was away')
      return
    }
    const [stores, limit] = [due.length, config.purgeLimit]
    if (!isSure && stores > limit) {
      once('error', 'the quarantine is not purged: more stores are due than PURGE_LIMIT', { stores, limit })
      return
    }

    let removed = 0
    for (const one of due) {
      if (signal?.aborted) break
      try {
        await mailStore.discard(one, signal)
        removed++
      } catch (error) {
        if (signal?.aborted) break
        const [store = ''] = one.names
        once('error', 'a store cannot be removed from the quarantine', { store, reason: codeOf(error) })
      }
    }
    if (removed > 0) log('info', 'stores were removed from the quarantine', { stores: removed })
  }

  return (signal?: AbortSignal): Promise<boolean> =>
    pass(signal).then(
      () => true,
      (error: unknown) => {
        once('error', 'the quarantine cannot be purged', { reason: reasonOf(error) })
        return false
      },
    )
}
