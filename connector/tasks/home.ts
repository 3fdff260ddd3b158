import { readClock } from '../clock.ts'
import { namesMailbox } from '../home-path.ts'
import { addressInLowerCase, asText } from '../mapping/address-sql.ts'
import { andWhere } from '../mapping/pieces.ts'
import { ask, sql, integer } from '../mapping/sql.ts'
import { UnsafeHome } from '../mail-store.ts'
import { step, userOf, type TaskContext } from './context.ts'

/** With more mailboxes than this, a home must name its own mailbox instead of being compared with all other homes. */
const mostCompared = 10_000

/**
 * Moves the folder that `look` found to the quarantine, if it is still there and the lease still holds.
 * @throws LeaseLost
 */
export async function quarantine(context: TaskContext, home: string, folder: string) {
  const { db, mailStore, task } = context
  const now = await readClock(db)
  await step(context)
  await mailStore.quarantine({ home, folder, taskId: task.id, mailbox: task.mailbox, now })
}

/**
 * Moves away what an earlier mailbox of this address left at the home, since its key is not the new owner's. What an
 * earlier run of this task made there stays. So does a store that this host did not retire itself: only the database
 * would vouch that its owner gave it up.
 * @param isGivenUp the web app's seal vouches for that
 * @throws UnsafeHome
 */
export async function clearLeftover(
  context: TaskContext,
  home: string,
  isGivenUp: boolean,
): Promise<'nothing' | 'moved' | 'not_ours'> {
  const { mailStore, remains, task } = context
  if ((await mailStore.recallHome(task.id)) !== null) return 'nothing'

  const leftover = (await mailStore.isOccupied(home)) ? await mailStore.look(home) : null
  if (leftover !== null) {
    if (!isGivenUp && !(await remains.has(home))) return 'not_ours'
    if (await isShared(context, home)) throw new UnsafeHome('The home is another mailbox’s too')
    await quarantine(context, home, leftover)
  }
  await remains.add(home)
  await mailStore.rememberHome(task.id, home, userOf(context))
  return leftover === null ? 'nothing' : 'moved'
}

/**
 * Whether the home is or contains another mailbox's home. If another home cannot be learnt, ours must name its mailbox.
 */
export async function isShared(context: TaskContext, home: string): Promise<boolean> {
  const { db, config, doveadm, mailStore, task } = context
  const { table, address, login, where } = config.mapping.mailbox
  const rows = await ask<{ address: string | null; user: string | null; isMailbox: number | null }>(
    db,
    sql`SELECT ${addressInLowerCase(address)} AS address, ${login ? asText(login) : addressInLowerCase(address)} AS user,
          1${andWhere(where)} AS isMailbox
        FROM ${table} LIMIT ${integer(mostCompared + 1)}`,
  )
  const isNamed = namesMailbox(home, task.mailbox, userOf(context))
  if (rows.length > mostCompared) return !isNamed

  const others = rows.filter((row) => row.address !== task.mailbox)
  let unknown = 0
  for (const isMailbox of [true, false]) {
    const users = others.filter((row) => (row.isMailbox === 1) === isMailbox).map((row) => row.user ?? '')
    for (let start = 0; start < users.length; start += 500) {
      const some = users.slice(start, start + 500)
      await step(context)
      const homes = await doveadm.listHomes(some)
      if (await mailStore.holdsAny(home, homes)) return true
      if (isMailbox) unknown += some.length - homes.length
    }
  }
  return unknown > 0 && !isNamed
}
