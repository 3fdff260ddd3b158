import type { Mapping } from '../../connector/mapping/mapping.ts'
import { isAddressTaken } from '../db/mail/rows.ts'
import { isMailboxKnown, isReserved } from '../db/mailboxes.ts'
import type { Db } from '../db/store.ts'

/** Whether the account could have the address now, as a mailbox or an alias. Somebody else may be faster all the same. */
export async function isAddressFree(db: Db, mapping: Mapping, address: string, accountId: number): Promise<boolean> {
  return !(
    (await isReserved(db, address, accountId)) ||
    (await isAddressTaken(db, mapping, address)) ||
    (await isMailboxKnown(db, address))
  )
}
