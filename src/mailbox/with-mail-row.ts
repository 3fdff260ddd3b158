import type { AppPasswords } from '../../connector/contract/credentials.ts'
import type { Mapping } from '../../connector/mapping/mapping.ts'
import type { Config } from '../config.ts'
import { domainOf } from '../lib/addresses.ts'
import { patternFor } from '../lib/mail-client.ts'
import { listMailRows, type MailRow } from '../db/mail/rows.ts'
import { findOwned, type Mailbox, type OwnMailbox } from '../db/mailboxes.ts'
import type { Db } from '../db/store.ts'

/** A mailbox as Colombier knows it, with the mail server's row for it: null when there is none. */
export interface MailboxEntry extends Mailbox {
  mailRow: MailRow | null
  /** what may be done with mailboxes on this mail server */
  actions: Mapping['actions']
  /** what mail programs may log in with; where nothing was set, as connectors have seen it */
  appPasswords: AppPasswords
  /** whether there is something to tell mail programs about its servers */
  hasClientSettings: boolean
}

type Site = Pick<Config, 'mapping' | 'mailClient' | 'appPasswords'>

/** The account's mailbox of this id. Null when there is none, and when it is somebody else's. */
export async function findOwnedEntry(db: Db, site: Site, accountId: number, id: string): Promise<MailboxEntry | null> {
  const mailbox = await findOwned(db, accountId, id)
  const [entry] = mailbox ? await listEntries(db, site, [mailbox]) : []
  return entry ?? null
}

/** The mailboxes, with what the mail server has of them: in one query, where that was not asked for already. */
export async function listEntries(
  db: Db,
  { mapping, mailClient, appPasswords }: Site,
  mailboxes: OwnMailbox[],
): Promise<MailboxEntry[]> {
  const addresses = mailboxes.filter(({ mailRow }) => mailRow === undefined).map(({ address }) => address)
  const rows = await listMailRows(db, mapping, addresses)
  return mailboxes.map((mailbox) => ({
    mailRow: rows.get(mailbox.address) ?? null,
    actions: mapping.actions,
    appPasswords: appPasswords ?? mailbox.seenAppPasswords,
    hasClientSettings: patternFor(mailClient, domainOf(mailbox.address)) !== null,
    // Last: Node takes 2 µs for each property that is added to what was spread.
    ...mailbox,
  }))
}
