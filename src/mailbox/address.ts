import type { PoolConnection } from 'mysql2/promise'
import type { Mapping } from '../../connector/mapping/mapping.ts'
import { isAddressTaken } from '../db/mail/rows.ts'
import { knownMailbox } from '../db/mailboxes.ts'
import { claimAddress, isReserved, releaseAddress } from '../db/reservations.ts'
import type { Db } from '../db/store.ts'
import { Refused } from '../lib/result.ts'

/** Whether the account could have the address now, as a mailbox or an alias. Somebody else may still be faster. */
export async function isAddressFree(db: Db, mapping: Mapping, address: string, accountId: number): Promise<boolean> {
  return !(await isReserved(db, address, accountId)) && !(await isInUse(db, mapping, address))
}

/**
 * Takes the address for the account until the transaction ends: whoever wants it too waits, and then finds it taken.
 * Ends the account's own reservation of it, so a transaction that refuses after this has to be rolled back.
 * @throws Refused `taken`
 */
export async function takeAddress(
  db: PoolConnection,
  mapping: Mapping,
  address: string,
  accountId: number,
): Promise<void> {
  const isFree = await whileClaimed(db, address, accountId, async () => !(await isInUse(db, mapping, address)), false)
  if (!isFree) throw new Refused('taken')
}

/**
 * Runs `work` while nobody else can take the address. The account's own reservation ends with it, unless `work` throws.
 * @returns `ifReserved` when the address is reserved for another account
 */
export async function whileClaimed<T>(
  db: PoolConnection,
  address: string,
  accountId: number,
  work: () => Promise<T>,
  ifReserved: T,
): Promise<T> {
  if (!(await claimAddress(db, address, accountId))) return ifReserved
  const result = await work()
  await releaseAddress(db, address)
  return result
}

const isInUse = (db: Db, mapping: Mapping, address: string): Promise<boolean> =>
  isAddressTaken(db, mapping, address, [knownMailbox(address)])
