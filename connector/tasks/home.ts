import { addressInLowerCase } from '../mapping/address-sql.ts'
import { ask, sql, whole } from '../mapping/sql.ts'
import { holdsHome, namesMailbox, UnsafeHome } from '../mail-store.ts'
import { step, type TaskContext } from './context.ts'

/** With more mailboxes than this, a home is compared with its own mailbox's address instead of with all other homes. */
const mostCompared = 10_000

/**
 * Moves away what an earlier mailbox of this address has left at the home: its key is not the new owner's. What an
 * earlier run of this task made there stays.
 * @returns whether there was something. @throws UnsafeHome
 */
export async function clearLeftover(context: TaskContext, home: string): Promise<boolean> {
  const { mailStore, task } = context
  if ((await mailStore.recallHome(task.id)) !== null) return false

  const occupied = await mailStore.isOccupied(home)
  if (occupied) {
    if (await isShared(context, home)) throw new UnsafeHome('The home is another mailbox’s too')
    await mailStore.quarantine(home, task.id, task.mailbox)
  }
  await mailStore.rememberHome(task.id, home)
  return occupied
}

export async function isUnsafe(context: TaskContext, home: string): Promise<boolean> {
  try {
    await context.mailStore.isThere(home)
    return await isShared(context, home)
  } catch (error) {
    if (error instanceof UnsafeHome) return true
    throw error
  }
}

/** Whether the home is, or holds, the home of another mailbox. */
async function isShared(context: TaskContext, home: string): Promise<boolean> {
  const { db, config, doveadm, task } = context
  const { table, address } = config.mapping.mailbox
  const rows = await ask<{ address: string }>(
    db,
    sql`SELECT ${addressInLowerCase(address)} AS address FROM ${table} LIMIT ${whole(mostCompared + 1)}`,
  )
  if (rows.length > mostCompared) return !namesMailbox(home, task.mailbox)

  const others = rows.map((row) => row.address).filter((other) => other !== task.mailbox)
  for (let start = 0; start < others.length; start += 500) {
    await step(context)
    const homes = await doveadm.listHomes(others.slice(start, start + 500))
    if (homes.some((other) => holdsHome(home, other))) return true
  }
  return false
}
