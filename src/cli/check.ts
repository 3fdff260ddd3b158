import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { recognise } from '../../connector/mapping/recognise/recognise.ts'
import { ConfigError, loadDatabaseConfig } from '../config.ts'
import { DatabaseNotReady, notReady } from '../db/check/at-start.ts'
import { checkEverything } from '../db/check/full-check.ts'
import { isLoopback } from '../../connector/contract/database.ts'
import { databaseUser, grantStatement, rightsOfConnector, rightsOfWeb } from '../db/check/needed-rights.ts'
import { readOwnUser } from '../db/check/rights.ts'
import type { Level } from '../db/check/report.ts'
import { listAsked } from '../db/connectors.ts'
import { readSeenTables } from '../db/mail/seen-tables.ts'
import { createDatabasePool } from '../db/store.ts'
import { loadConfigOrSayAll } from '../db/check/wrong-settings.ts'
import { createHashers } from '../lib/hashers.ts'
import { linesOfRecognition } from './recognition-lines.ts'

/**
 * `npm run check`: one line for each thing that was looked at, the statements that were tried, and the rights that the
 * two programs need. It changes nothing, and exits with 1 when something has to be fixed. With `--recognise` it prints
 * what the tables look like, as lines for `.env`.
 */
const counts: Record<Level, number> = { ok: 0, warn: 0, fail: 0 }
const say = (level: Level, what: string, remedy?: string) => {
  counts[level]++
  console.log(`${level.padEnd(4)}  ${what}${remedy === undefined ? '' : ` → ${remedy}`}`)
}
const show = (statements: string[]) => {
  for (const statement of statements) console.log(`        ${statement}`)
}

/** What the tables look like, before any variable of the mapping is set. */
async function sayWhatTheyLookLike(queriesFile: string | undefined): Promise<void> {
  const given = queriesFile === undefined ? null : readFileSync(queriesFile, 'utf8')
  const database = loadDatabaseConfig(process.env)
  const pool = createDatabasePool({ ...database, poolSize: 1, timeoutSeconds: 30 })
  const look = async () => {
    const asked = given === null ? await listAsked(pool) : []
    for (const { host } of asked) console.log(`# What ${host} asks its tables was handed over by its connector.`)
    const queries = given ?? asked.map(({ text }) => text).join('\n')
    return recognise(await readSeenTables(pool), { queries })
  }
  const recognition = await look()
    .catch((error: unknown) => {
      throw notReady(database, error)
    })
    .finally(() => pool.end())
  for (const line of linesOfRecognition(recognition)) console.log(line)
  process.exitCode = recognition.findings.length === 0 ? 1 : 0
}

const { values: wanted } = parseArgs({ options: { recognise: { type: 'boolean' }, queries: { type: 'string' } } })

async function checkAll(): Promise<void> {
  const config = await loadConfigOrSayAll(process.env)
  say('ok', 'settings')
  const hashers = createHashers(config.password)
  const pool = createDatabasePool(config.database)
  const { valueLength: length, scheme } = hashers.mailbox
  let own = { user: 'colombier_web', host: 'localhost' }
  const present = await checkEverything(pool, config, { length, scheme }, say, show)
    .then(async (mapping) => {
      own = await readOwnUser(pool).catch(() => own)
      return mapping
    })
    .finally(() => Promise.all([pool.end(), hashers.close()]))

  console.log('\nThe rights that these settings need, to be given by an administrator of the database:\n')
  const { mapping, database } = config
  // Where the database is on another machine than the web app, it is mostly on the mail host.
  const isHere = Boolean(database.options.socketPath) || isLoopback(database.options.host ?? '')
  for (const [user, rightsOf] of [
    [databaseUser(own.user, own.host), rightsOfWeb],
    [databaseUser('colombier_connector', isHere ? own.host : 'localhost'), rightsOfConnector],
  ] as const) {
    if (rightsOf === rightsOfConnector && !isHere)
      console.log('-- Where the mail host is not the host of the database, write its name in place of localhost.')
    const there = rightsOf(present, database.name).map(({ schema, table }) => `${schema}.${table}`)
    for (const table of rightsOf(mapping, database.name)) {
      const mark = there.includes(`${table.schema}.${table.table}`) ? '' : '-- where there is this table: '
      console.log(mark + grantStatement(table, user))
    }
    console.log()
  }
}

try {
  if (wanted.recognise === true) await sayWhatTheyLookLike(wanted.queries)
  else {
    await checkAll()
    sayVerdict()
  }
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof DatabaseNotReady)) throw error
  for (const line of error.message.split('\n')) say('fail', line.trim())
  sayVerdict()
}

function sayVerdict() {
  console.log(
    counts.fail > 0
      ? `\nColombier cannot run like this: ${counts.fail} to mend, ${counts.warn} to look at.`
      : `\nColombier can run on these tables: nothing to mend, ${counts.warn} to look at.`,
  )
  process.exitCode = counts.fail > 0 ? 1 : 0
}
