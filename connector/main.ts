#!/usr/bin/env node
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createConnection } from 'mysql2/promise'
import { ConfigError, readConfig } from './config.ts'
import { beat, version } from './heartbeat.ts'
import { log } from './log.ts'
import { removeReturned } from './credentials.ts'
import { sweepNotes } from './notes.ts'
import { createPurge } from './purge.ts'
import { codeOf } from './reason.ts'
import { createLanes, NotAllowed, openConnector, reasonOf, type Connector } from './run.ts'

const usage = `colombier-connector ${version}

  run            one pass over the tasks that are due; exit status 1 when one failed
  run --watch    stay up and act within seconds
  doctor         check this mail host and say what to mend; exit status 1 when something must be
  doctor --json  the same, each finding as a line of JSON
  doctor --round-trip [--login NAME]
                 the same, and then a mailbox is made, mailed to, given another password and removed; its row is written by
                 root, who comes by the database's socket, or by the administrator NAME, whose password is asked for
  doctor --mapping
                 print what Dovecot and Postfix ask their tables, for the web app's setup
  passdb [USER]  print what Dovecot needs to let app passwords in; USER is its database user, such as dovecot@localhost
                 with --required, to let nothing else in
  pair ['LINE']  fetch the settings from the web app that shows this line, make the key, run doctor, and start;
                 without the line it is asked for
                 --timer         a pass every two minutes, in place of staying up
                 --force         replace settings that are there without a question
                 --database-host, --database-ca, --mail-root
                                 what this host cannot find out by itself
  keygen FILE    make a private key in FILE, unless it is there, and print its public key
`

async function run(watch: boolean): Promise<number> {
  const config = readConfig(process.env)
  const connector = openConnector(config, log)
  const lanes = createLanes(connector, { eachOnce: !watch })
  const purge = createPurge(connector)

  if (!watch) {
    try {
      await sweep(connector)
      await beat(connector.db, config.name, 'cron')
      const intact = await removeReturned(connector)
      while ((await lanes.begin()) > 0);
      const failed = await lanes.end()
      const isPurged = await purge()
      return failed === 0 && intact && isPurged ? 0 : 1
    } finally {
      // Where something broke, tasks and log-ins may still be in hand, which need the database.
      await lanes.end().catch(() => undefined)
      await connector.db.end()
    }
  }

  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stop.abort())
  log('info', 'watching', { version })
  let beaten = -Infinity
  let away = false
  let refused = ''
  let purging: Promise<boolean> | null = null
  while (!stop.signal.aborted) {
    let wait = config.watchSeconds
    try {
      if (performance.now() - beaten > 30_000) {
        await sweep(connector)
        await beat(connector.db, config.name, 'watch')
        await removeReturned(connector)
        // Not awaited: removing a large store takes minutes, and tasks must not wait for it.
        purging ??= purge(stop.signal).finally(() => (purging = null))
        beaten = performance.now()
      }
      if ((await lanes.begin(stop.signal)) > 0) wait = 0
      if (away) log('info', 'the database is back')
      away = false
      refused = ''
    } catch (error) {
      wait = Math.max(wait, 2)
      if (error instanceof NotAllowed) {
        if (error.message !== refused) log('error', error.message)
        refused = error.message
      } else {
        if (!away) log('error', 'the database is away', { reason: reasonOf(error) })
        away = true
      }
    }
    await delay(wait * 1000, undefined, { signal: stop.signal }).catch(() => undefined)
  }
  try {
    await lanes.end()
    return 0
  } finally {
    await purging
    await connector.db.end()
  }
}

/** Removes what killed runs left behind. Whatever fails now is retried at the next pass. */
async function sweep({ config, doveadm, log: say }: Connector) {
  for (const remove of [() => doveadm.sweep(), () => sweepNotes(config.stateFolder)]) {
    await remove().catch((error: unknown) =>
      say('error', 'leftover files cannot be removed', { reason: codeOf(error) }),
    )
  }
}

/** The grants first: Dovecot refuses everybody while a query of its fails. */
async function passdb(user: string, isRequired: boolean): Promise<number> {
  const { passdbBlock, passdbGrants, placeOf } = await import('./passdb.ts')
  const { readCollations } = await import('./mapping/collations.ts')
  const config = readConfig(process.env)
  const db = await createConnection(config.database)
  try {
    await readCollations(db, config.mapping)
  } finally {
    await db.end()
  }
  const place = placeOf(config)
  const where = isRequired ? 'before every other passdb' : 'after the passdb that is there'
  process.stdout.write(`-- First, in the database, for the user that Dovecot has there:
${passdbGrants(place.database, user)}
# Then, in a file that root alone can read, included in dovecot.conf ${where}:
${passdbBlock(place, isRequired)}`)
  return 0
}

async function keygen(file: string): Promise<number> {
  const { makeKey } = await import('./keygen.ts')
  process.stdout.write(`${(await makeKey(file)).publicKey}\n`)
  return 0
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      watch: { type: 'boolean', default: false },
      mapping: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      required: { type: 'boolean', default: false },
      'round-trip': { type: 'boolean', default: false },
      login: { type: 'string' },
      force: { type: 'boolean', default: false },
      timer: { type: 'boolean', default: false },
      'database-host': { type: 'string' },
      'database-ca': { type: 'string' },
      'mail-root': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const [command, file] = positionals

  if (values.help) return process.stdout.write(usage) ? 0 : 1
  if (command === 'run' && positionals.length === 1) return run(values.watch)
  if (command === 'doctor' && positionals.length === 1 && values.mapping)
    return (await import('./asked.ts')).printAsked(process.env)
  if (command === 'doctor' && positionals.length === 1)
    return (await import('./doctor.ts')).doctor(process.env, {
      json: values.json,
      roundTrip: values['round-trip'],
      login: values.login ?? null,
    })
  if (command === 'passdb' && positionals.length <= 2) return passdb(file ?? 'dovecot@localhost', values.required)
  if (command === 'pair' && positionals.length <= 2)
    return (await import('./pair.ts')).pair(process.env, file, {
      force: values.force,
      timer: values.timer,
      databaseHost: values['database-host'],
      databaseCa: values['database-ca'],
      mailRoot: values['mail-root'],
    })
  if (command === 'keygen' && file !== undefined && positionals.length === 2) return keygen(file)
  process.stderr.write(usage)
  return 64
}

// Node 20 warns that X25519 is experimental, and cron mails whatever is written to standard error.
process.removeAllListeners('warning')
process.on('warning', ({ name, message }) => {
  if (name !== 'ExperimentalWarning') process.stderr.write(`${name}: ${message}\n`)
})

// The message of a database error may quote values, so only its code is logged.
main().then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    const known =
      error instanceof ConfigError ||
      error instanceof NotAllowed ||
      (error instanceof Error && codeOf(error).startsWith('ERR_PARSE_ARGS'))
    log('error', known ? error.message : 'stopped', known ? {} : { reason: reasonOf(error) })
    process.exitCode = known ? 78 : 1
  },
)
