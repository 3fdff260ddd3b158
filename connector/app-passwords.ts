import { randomBytes, randomUUID } from 'node:crypto'
import type { Connection, Pool } from 'mysql2/promise'
import type { ConnectorConfig } from './config.ts'
import { digestOf, wrap, type AppPasswords } from './contract/credentials.ts'
import type { createDoveadm } from './doveadm.ts'
import { readDovecot } from './dovecot-configuration.ts'
import { passdbQuery, placeOf } from './passdb.ts'

/** Why Dovecot takes none: its passdb for them is not there, another than is printed now, asked too late, or fails. */
export type NoAppPasswords = 'absent' | 'other' | 'late' | 'fails'

type Examined = { works: Exclude<AppPasswords, 'off'> } | { not: NoAppPasswords }

/**
 * Finds out whether Dovecot lets app passwords in: by its configuration and by one that logs in.
 * @param config with the collations that were read for its mapping
 * @throws MailHostError; the database's errors
 */
export async function examineAppPasswords({
  config,
  db,
  doveadm,
}: {
  config: ConnectorConfig
  db: Pool | Connection
  doveadm: ReturnType<typeof createDoveadm>
}): Promise<Examined> {
  const { appPasswords: found } = readDovecot(await doveadm.readConfiguration())
  if (found === null) return { not: 'absent' }
  if (oneLine(found.query) !== oneLine(passdbQuery(placeOf(config)))) return { not: 'other' }
  if (found.endsAll && !found.isFirst) return { not: 'late' }
  if (!(await isLetIn(config, db, doveadm))) return { not: 'fails' }
  return { works: found.endsAll ? 'required' : 'offered' }
}

const oneLine = (query: string): string => query.trim().replace(/\s+/g, ' ')

// No mail server has such a domain.
const throwAway = (id: string) => `throw-away.${id}@doctor.invalid`

/**
 * Tries a throw-away app password, of a mailbox that only Colombier's own tables have and only for as long as this
 * takes. Dovecot asks no more of the mail server's tables than whether they say otherwise.
 */
async function isLetIn(
  config: ConnectorConfig,
  db: Pool | Connection,
  doveadm: ReturnType<typeof createDoveadm>,
): Promise<boolean> {
  const keys = config.credentialKeys
  const [mailbox, secret] = [throwAway(randomUUID()), randomUUID()]
  // Of no use to a mail server that asks for smtp, should it stay.
  const terms = { mailbox, kind: 'app', protocols: 'imap', lastDay: null } as const
  const inForce = { keyPassword: randomBytes(32).toString('hex'), loginHash: null }
  const { lookup, salt, wrapped, sealed, proof } = wrap(keys, terms, digestOf(keys, secret), inForce)
  try {
    await db.execute('INSERT INTO colombier_mailboxes (address, created_at) VALUES (?, UTC_TIMESTAMP(6))', [mailbox])
    await db.execute(
      `INSERT INTO colombier_credentials
         (mailbox, kind, name, protocols, lookup, salt, wrapped, sealed, proof, created_at)
       VALUES (?, ?, '', ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))`,
      [mailbox, terms.kind, terms.protocols, lookup, salt, wrapped, sealed, proof],
    )
    return await doveadm.letsIn(mailbox, secret, 'imap')
  } finally {
    // With what was left by one that was killed here.
    for (const [table, column] of [
      ['colombier_credentials', 'mailbox'],
      ['colombier_mailboxes', 'address'],
    ])
      await db.execute(
        `DELETE FROM ${table} WHERE ${column} = ?
           OR ${column} LIKE ? AND created_at < UTC_TIMESTAMP(6) - INTERVAL 1 HOUR`,
        [mailbox, throwAway('%')],
      )
  }
}
