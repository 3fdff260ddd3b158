import type { RowDataPacket } from 'mysql2/promise'
import { listLossySettings } from '../../../connector/contract/database.ts'
import { readCollations } from '../../../connector/mapping/collations.ts'
import { columnsIn, type Mapping } from '../../../connector/mapping/mapping.ts'
import { leaveOutAbsent } from '../../../connector/mapping/optional-companions.ts'
import type { Config } from '../../config.ts'
import { checkDatabase, DatabaseNotReady } from './at-start.ts'
import { findMissingNames, sayMissing } from '../mail/names.ts'
import type { Pool } from '../store.ts'
import { checkColumns } from './columns.ts'
import { checkIndexes } from './indexes.ts'
import { rightsOfWeb } from './needed-rights.ts'
import { checkReferences } from './references.ts'
import type { Say } from './report.ts'
import { checkRights } from './rights.ts'
import { tryRoundTrip } from './round-trip.ts'
import { checkRows } from './rows.ts'
import { readTables, type Index, type MailTable } from './tables.ts'

/**
 * Looks at the database and the mail server's tables, as the settings have them, and says what it found. Changes
 * nothing.
 * @param hash how long a new hash of a mailbox's password is, and of which scheme
 * @param show is told the statements of the round trip
 * @returns the mapping without what it leaves out where it is not there
 */
export async function checkEverything(
  pool: Pool,
  config: Pick<Config, 'database' | 'mapping' | 'limits'>,
  hash: { length: number; scheme: string },
  say: Say,
  show: (statements: string[]) => void,
): Promise<Mapping> {
  const { database, limits } = config
  try {
    await checkDatabase(pool, database)
  } catch (error) {
    if (!(error instanceof DatabaseNotReady)) throw error
    say('fail', error.message)
    return config.mapping
  }
  say('ok', "Colombier's own tables are there, and of this version")
  await checkServer(pool, say)

  const { present: mapping, absent } = await leaveOutAbsent(pool, config.mapping)
  for (const { path } of absent) {
    const what = `COMPANION_DELETE: there is no table ${path.join('.')}, or this user may not see it: it is left out`
    say('warn', what, 'where there is one, give both users their rights on it')
  }
  const missing = await findMissingNames(pool, mapping)
  for (const one of missing) say('fail', sayMissing(one))
  // Nobody can be given rights on a table that is not there.
  const unseen = new Set(missing.filter(({ table }) => table === null).map(({ name }) => name.split('.').at(-1)))
  const rights = rightsOfWeb(mapping, database.name).filter(({ table }) => !unseen.has(table))
  await checkRights(pool, say, database.options.user ?? '', rights)
  if (missing.length > 0) return mapping
  say('ok', 'every table and column that the settings name is there')

  await readCollations(pool, mapping)
  const tables = await readTables(pool, mapping)
  checkColumns(say, mapping, tables, {
    hashLength: hash.length,
    scheme: hash.scheme,
    quotaMaxBytes: limits.quotaMaxBytes,
  })
  checkTables(say, tables, mapping)
  await checkReferences(pool, say, mapping)
  await checkIndexes(pool, say, mapping, tables)
  await checkRows(pool, say, mapping, hash.scheme)
  await tryRoundTrip(pool, say, show, mapping, tables)
  return mapping
}

async function checkServer(pool: Pool, say: Say) {
  const [[version]] = await pool.query<(RowDataPacket & { version: string })[]>('SELECT VERSION() AS version')
  const [, text = '', mariadb] = /^(\d+\.\d+(?:\.\d+)?)(.*mariadb)?/i.exec(version?.version ?? '') ?? []
  const [major = 0, minor = 0] = text.split('.').map(Number)
  const recent = mariadb ? major > 10 || (major === 10 && minor >= 6) : major >= 8
  const server = `${mariadb ? 'MariaDB' : 'MySQL'} ${text}`
  if (recent) say('ok', server)
  else say('warn', server, 'Colombier needs MariaDB 10.6 or MySQL 8')
  await checkDurability(pool, say)
  const [[cipher]] = await pool.query<(RowDataPacket & { Value: string })[]>("SHOW STATUS LIKE 'Ssl_cipher'")
  say(
    'ok',
    cipher?.Value ? 'the database is reached over TLS, and its name is checked' : 'the database is on this host',
  )
}

async function checkDurability(pool: Pool, say: Say) {
  const lossy = await listLossySettings(pool)
  if (lossy.length === 0) say('ok', 'what the database has acknowledged survives its crash')
  else say('warn', 'the database may lose what it has acknowledged, when it crashes', `set ${lossy.join(' and ')}`)
}

/** Engines, triggers and keys that make a table behave in ways a plain statement does not show. */
function checkTables(say: Say, tables: Map<string, MailTable>, { mailbox, actions }: Mapping) {
  for (const { text, isView, transactional, triggers } of tables.values()) {
    if (isView) say('warn', `${text} is a view: rights, keys and indexes are those of the tables behind it`)
    else if (!transactional)
      say(
        'warn',
        `${text} has an engine without transactions: what breaks off stays half done`,
        `ALTER TABLE ${text} ENGINE = InnoDB;`,
      )
    if (triggers.length > 0)
      say('warn', `${text} has triggers: ${triggers.join(', ')}`, 'see that they suit what Colombier writes')
  }
  const table = tables.get(mailbox.table.text)
  const login = (mailbox.login?.path[0] ?? '').toLowerCase()
  if (
    mailbox.login &&
    table &&
    !table.isView &&
    !table.indexes.some((one) => one.unique && one.columns.join() === login)
  )
    say(
      actions.includes('create') ? 'fail' : 'warn',
      `${table.text} has no unique key of ${mailbox.login.path[0] ?? ''}: two mailboxes may get the same log-in`,
      'see MAILBOX_LOGIN; or add the key, or leave create out of MAIL_ACTIONS',
    )
  const address = columnsIn(mailbox.address).map(({ path }) => (path[0] ?? '').toLowerCase())
  const isUnique = ({ unique, columns }: Index) => unique && columns.every((column) => address.includes(column))
  if (table && !table.isView && !table.indexes.some(isUnique))
    say('warn', `${table.text} has no unique key of the address: another program may make a mailbox twice`)
}
