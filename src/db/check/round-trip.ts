import { randomBytes } from 'node:crypto'
import type { PoolConnection } from 'mysql2/promise'
import { addressInLowerCase } from '../../../connector/mapping/address-sql.ts'
import {
  lockMailbox,
  recordLock,
  unlockMailbox,
  unmatchableHash,
  type Locking,
} from '../../../connector/contract/lock.ts'
import { isUserForDoveadm } from '../../../connector/contract/doveadm-address.ts'
import { findLogin } from '../../../connector/mapping/login-names.ts'
import { andWhere } from '../../../connector/mapping/pieces.ts'
import type { MailAction, Mapping } from '../../../connector/mapping/mapping.ts'
import { removeMailbox } from '../../../connector/contract/removal.ts'
import { ask, sql, type Name } from '../../../connector/mapping/sql.ts'
import { insertAlias, listForMailbox, removeFromAlias, renameAlias } from '../mail/aliases.ts'
import { findStoredHash, insertMailRow, listDomains, listMailRows, LoginTaken, RowRefused } from '../mail/rows.ts'
import { insertMailbox } from '../mailboxes.ts'
import type { Pool } from '../store.ts'
import type { Say } from './report.ts'
import type { MailTable } from './tables.ts'

/** A step succeeded, but what it wrote cannot be found. The message says what is missing. */
class NotThere extends Error {}

/** A step that failed, with its reason, which names things and no values. */
export interface TripFault {
  /** null: it did not come to any */
  action: MailAction | null
  reason: string
}

interface Trip extends Locking {
  /** where there is a mailbox for the other steps */
  address: string
  domain: string
}

type Step = (db: PoolConnection, trip: Trip) => Promise<void>

/**
 * Creates a mailbox, gives it an alias, changes its password, locks, unlocks and deletes it, as the two programs do, in
 * one transaction that is rolled back. @param show is told the statements of each step, with `?` for each value
 * @returns what could not be done
 */
export async function tryRoundTrip(
  pool: Pool,
  say: Say,
  show: (statements: string[]) => void,
  mapping: Mapping,
  tables: Map<string, MailTable>,
): Promise<TripFault[]> {
  const { alias, companionDelete, actions } = mapping
  const kept = findLasting(mapping, tables)
  if (kept !== '') {
    say('warn', `no round trip is made: what is written to ${kept} could not be taken back`)
    return []
  }
  const ofDeletion = [...tablesOf(alias), ...companionDelete.map(({ table }) => table)]
  const keptOfDeletion = lasting(tables, ofDeletion)
  const toTry = keptOfDeletion === '' ? actions : actions.filter((action) => action !== 'delete')
  if (toTry.length < actions.length)
    say('warn', `no deletion is tried: what is removed from ${keptOfDeletion} could not be taken back`)
  const db = await pool.getConnection()
  try {
    await db.beginTransaction()
    return await takeSteps(db, say, show, mapping, toTry)
  } finally {
    // Nothing of this may stay. Closing a connection that cannot roll back has the same effect.
    await db.rollback().then(
      () => db.release(),
      () => db.destroy(),
    )
  }
}

const tablesOf = (alias: Mapping['alias']): Name[] =>
  alias ? [alias.table, ...(alias.named ? [alias.named.table] : [])] : []

/** The tables to which the round trip would write for good, as people write them; '' for none. */
export function findLasting(
  { mailbox, alias, companionInsert, actions }: Mapping,
  tables: Map<string, MailTable>,
): string {
  const aliases = actions.includes('aliases') ? tablesOf(alias) : []
  const passwords = mailbox.passwordAt ? [mailbox.passwordAt.table] : []
  return lasting(tables, [mailbox.table, ...passwords, ...aliases, ...companionInsert.map(({ table }) => table)])
}

function lasting(tables: Map<string, MailTable>, names: Name[]): string {
  const found = names.flatMap(({ text }) => tables.get(text) ?? []).filter(({ transactional }) => !transactional)
  return [...new Set(found.map(({ text }) => text))].join(', ')
}

async function takeSteps(
  db: PoolConnection,
  say: Say,
  show: (statements: string[]) => void,
  mapping: Mapping,
  actions: Mapping['actions'],
): Promise<TripFault[]> {
  const trip = await findPlace(db, mapping).catch(whyNot)
  if (typeof trip === 'string') {
    say('fail', `no round trip is made (${trip})`)
    return [{ action: null, reason: trip }]
  }
  if (trip === null) {
    say('warn', 'no round trip is made: there is no domain, or no mailbox to try it on', 'add one and run this again')
    return []
  }
  const faults: TripFault[] = []
  for (const action of ['create', 'aliases', 'password', 'lock', 'delete'] as const) {
    if (!actions.includes(action)) continue
    const statements: string[] = []
    const reason = await steps[action](recording(db, statements), trip).then(() => null, whyNot)
    if (reason === null) say('ok', `round trip: ${names[action]}`)
    else if (reason.includes('DENIED') && (action === 'delete' || action === 'password'))
      say(
        'ok',
        `round trip: ${names[action]} is the connector's to do, and this user may not; a user with all rights can try it`,
      )
    else {
      say('fail', `round trip: ${names[action]} (${reason})`, 'see the last statement below')
      faults.push({ action, reason })
    }
    show(statements)
    if (reason !== null && action === 'create') return faults
  }
  return faults
}

const names: Record<MailAction, string> = {
  create: 'a mailbox is created',
  aliases: 'it gets an alias, which is renamed and removed',
  password: 'its password is changed',
  lock: 'it is locked and unlocked',
  delete: 'it is deleted',
}

/** A new address; where Colombier does not create mailboxes, the first existing one. */
async function findPlace(db: PoolConnection, mapping: Mapping): Promise<Trip | null> {
  // It is rolled back, so any key will do.
  const locking: Locking = { mapping, lockKey: randomBytes(32) }
  if (mapping.actions.includes('create')) {
    const [domain] = await listDomains(db, mapping, 1)
    return domain === undefined ? null : { ...locking, domain, address: `${randomLocalPart()}@${domain}` }
  }
  const { mailbox } = mapping
  const [row] = await ask<{ address: string }>(
    db,
    sql`SELECT ${addressInLowerCase(mailbox.address)} AS address FROM ${mailbox.table}
        WHERE 1 = 1${andWhere(mailbox.where)} LIMIT 1`,
  )
  if (!row) return null
  await db.execute(
    `INSERT INTO colombier_mailboxes (address, created_at) VALUES (?, UTC_TIMESTAMP(6))
     ON DUPLICATE KEY UPDATE locks = ''`,
    [row.address],
  )
  return { ...locking, address: row.address, domain: row.address.slice(row.address.lastIndexOf('@') + 1) }
}

const randomLocalPart = () => `colombier.check.${randomBytes(6).toString('hex')}`

const steps: Record<MailAction, Step> = {
  async create(db, trip) {
    const { mapping, address, domain } = trip
    const localPart = address.slice(0, address.lastIndexOf('@'))
    const hash = unmatchableHash()
    await insertMailbox(db, { address, accountId: null, locks: ['setup'] })
    const state = mapping.mailbox.open
    await insertMailRow(db, mapping, { localPart, domain, hash: unmatchableHash(), quotaBytes: 1024 ** 3, state })
    const find = async () => (await listMailRows(db, mapping, [address])).get(address)
    if ((await find()) === undefined) throw new NotThere('the new row is not found again: see MAILBOX_WHERE')
    if (!isUserForDoveadm((await findLogin(db, mapping, address)) ?? ''))
      throw new NotThere(
        'the new row has no log-in that Dovecot could be asked for: see MAILBOX_LOGIN and MAILBOX_INSERT',
      )
    await recordLock(db, trip, address, ['setup'], hash)
    await unlockMailbox(db, trip, address, 'setup')
    if (!(await find())?.open) throw new NotThere('the new row is not open: see MAILBOX_OPEN')
    if ((await findStoredHash(db, mapping, address)) !== hash) throw new NotThere('the hash is not as it was written')
  },

  async aliases(db, { mapping, address, domain }) {
    const owner = { mailbox: address, domains: [domain] }
    const wanted = { localPart: randomLocalPart(), domain, destination: address }
    const find = async (localPart: string) => {
      const alias = (await listForMailbox(db, mapping, owner)).find((one) => one.address === `${localPart}@${domain}`)
      if (alias === undefined) throw new NotThere('the new row is not found again: see ALIAS_WHERE and ALIAS_DOMAIN')
      return alias
    }
    await insertAlias(db, mapping, wanted)
    const renamed = { ...wanted, localPart: randomLocalPart() }
    await renameAlias(db, mapping, await find(wanted.localPart), renamed)
    await removeFromAlias(db, mapping, await find(renamed.localPart), address)
  },

  async password(db, trip) {
    const { mapping, address } = trip
    const hash = unmatchableHash()
    await lockMailbox(db, trip, address, 'task', mapping.lock)
    await unlockMailbox(db, trip, address, 'task', hash)
    if ((await findStoredHash(db, mapping, address)) !== hash) throw new NotThere('the hash is not as it was written')
  },

  async lock(db, trip) {
    const { mapping, address } = trip
    // An earlier step that this user may not finish leaves its lock behind.
    await db.execute("UPDATE colombier_mailboxes SET locks = '' WHERE address = ?", [address])
    const before = await findStoredHash(db, mapping, address)
    await lockMailbox(db, trip, address, 'administrator', mapping.lock)
    const { open = false } = (await listMailRows(db, mapping, [address])).get(address) ?? {}
    if (mapping.lock === 'active' && open) throw new NotThere('a locked row looks open: see MAILBOX_LOCKED')
    await unlockMailbox(db, trip, address, 'administrator')
    if ((await findStoredHash(db, mapping, address)) !== before) throw new NotThere('the hash is not as it was before')
  },

  async delete(db, { mapping, address }) {
    await removeMailbox(db, mapping, address, 1)
    if ((await findStoredHash(db, mapping, address)) !== null) throw new NotThere('the row is still there')
  },
}

/** The same connection, recording the text of each statement. */
function recording(db: PoolConnection, statements: string[]): PoolConnection {
  return new Proxy(db, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        const [text] = given
        if ((key === 'execute' || key === 'query') && typeof text === 'string')
          statements.push(text.replace(/\s+/g, ' ').trim())
        return Reflect.apply(value, target, given) as unknown
      }
    },
  })
}

/** Only codes and names: the rest of the database's message may quote a value. */
function whyNot(error: unknown): string {
  if (error instanceof NotThere) return error.message
  if (error instanceof RowRefused || error instanceof LoginTaken) return `the row is refused: ${error.refusal}`
  const { code, message } = error as { code?: string; message: string }
  if (code === undefined) throw error
  const [, name] = /(?:column|field) [`']([^`']+)[`']/i.exec(message) ?? []
  const [, table, column, other] =
    /\.`([^`]+)`, CONSTRAINT .* FOREIGN KEY \(`([^`]+)`.*?\) REFERENCES `([^`]+)`/.exec(message) ?? []
  if (other !== undefined) return `${code}: ${column} of ${table} refers to ${other}`
  return name === undefined ? code : `${code}, ${name}`
}
