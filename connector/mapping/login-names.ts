import { addressInLowerCase, asText, mayBeOneOf } from './address-sql.ts'
import type { Db } from '../contract/database.ts'
import type { Mapping } from './mapping.ts'
import { andWhere } from './pieces.ts'
import { ask, sql } from './sql.ts'

/** What Dovecot calls the users of mailboxes: their addresses, unless the mapping has a column for it. */

/** By the mailboxes' addresses, which are given in lower case; one that has no row, or nothing there, is left out. */
export async function findLogins(
  db: Db,
  { mailbox }: Pick<Mapping, 'mailbox'>,
  addresses: string[],
): Promise<Map<string, string>> {
  if (mailbox.login === null || addresses.length === 0) return new Map(addresses.map((address) => [address, address]))
  const rows = await ask<{ address: string; login: string | null }>(
    db,
    sql`SELECT ${addressInLowerCase(mailbox.address)} AS address, ${asText(mailbox.login)} AS login
        FROM ${mailbox.table} WHERE ${mayBeOneOf(mailbox.address, addresses)}${andWhere(mailbox.where)}`,
  )
  return new Map(rows.flatMap(({ address, login }) => (login ? [[address, login] as const] : [])))
}

/** @returns null when no row says it */
export const findLogin = async (db: Db, mapping: Pick<Mapping, 'mailbox'>, address: string): Promise<string | null> =>
  (await findLogins(db, mapping, [address])).get(address) ?? null
