import { isUserForDoveadm } from './contract/doveadm-address.ts'
import { MailHostError } from './doveadm.ts'
import { findLogins } from './mapping/login-names.ts'
import { listLoginsToEnd, markLoginsEnded, type LoginsToEnd } from './queue.ts'
import type { TaskContext } from './tasks/context.ts'

type Connector = Pick<TaskContext, 'config' | 'db' | 'doveadm' | 'log'>

/** How many addresses one call of doveadm is given, and how many sessions are ended at once. */
const [atOnce, kicksAtOnce] = [100, 4]

/**
 * Ends the sessions of mailboxes that were locked since the last pass, and makes the mail host forget the cached
 * log-ins of those that were locked or opened.
 * @returns whether everything succeeded
 */
export async function endLogins(connector: Connector): Promise<boolean> {
  const { config, db, log } = connector
  let well = true
  const all = (await listLoginsToEnd(db)).map(({ address }) => address)
  for (let start = 0; start < all.length; start += atOnce) {
    // Read again: while the ones before were handled, some of these may have been opened.
    const some = await listLoginsToEnd(db, all.slice(start, start + atOnce))
    const users = await findLogins(
      db,
      config.mapping,
      some.map(({ address }) => address),
    )
    const named = some.map((one) => ({ ...one, user: users.get(one.address) ?? '' }))
    const able = named.filter(({ user }) => isUserForDoveadm(user))
    for (const { address: mailbox, user } of named.filter(({ user: one }) => !isUserForDoveadm(one))) {
      const why = user === '' ? 'no row says what Dovecot calls the mailbox' : 'doveadm does not take the address'
      log('error', `sessions cannot be ended: ${why}`, { mailbox })
    }
    try {
      await endSome(connector, able)
      for (const one of some) await markLoginsEnded(db, one)
    } catch (error) {
      if (!(error instanceof MailHostError)) throw error
      log('error', 'sessions could not be ended', { mailboxes: some.length, reason: error.message })
      well = false
    }
  }
  return well
}

/** The cache first, so that no log-in succeeds by it any more; then the sessions that are there. */
async function endSome({ doveadm }: Connector, some: (LoginsToEnd & { user: string })[]) {
  const [first, ...others] = some.map(({ user }) => user)
  if (first === undefined) return
  await doveadm.forgetLogins(first, ...others)
  const locked = some.filter(({ endSessions, isLocked }) => endSessions > 0 && isLocked).map(({ user }) => user)
  if (locked.length === 0) return

  const connected = locked.length === 1 ? null : await doveadm.listConnected()
  const rest = connected === null ? locked : locked.filter((user) => connected.has(user.toLowerCase()))
  const kick = async () => {
    for (let user = rest.shift(); user !== undefined; user = rest.shift()) await doveadm.kick(user)
  }
  const ended = await Promise.allSettled(Array.from({ length: kicksAtOnce }, kick))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}
