import type { Stats } from 'node:fs'
import { access, constants, realpath, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'
import { examineAppPasswords, type NoAppPasswords } from './app-passwords.ts'
import { readClock } from './clock.ts'
import { ConfigError, readConfig, type ConnectorConfig } from './config.ts'
import { explainFailure, listLossySettings } from './contract/database.ts'
import { parseKeyPasswordExpression } from './contract/key-password.ts'
import { sealPublicKey } from './contract/seal.ts'
import { checkHashMemory, checkKnown } from './doctor-logins.ts'
import { proposeMailClient } from './doctor-mail-client.ts'
import { checkPostfix, escaped } from './doctor-postfix.ts'
import { createDoveadm, MailHostError } from './doveadm.ts'
import { readDovecot } from './dovecot-configuration.ts'
import type { Say } from './finding.ts'
import { openNearest } from './folders.ts'
import { readAppPasswords, recordAppPasswords } from './heartbeat.ts'
import { holdsHome } from './home-path.ts'
import { createMailStore, UnsafeHome } from './mail-store.ts'
import { addressInLowerCase, asText } from './mapping/address-sql.ts'
import { readCollations } from './mapping/collations.ts'
import { leaveOutAbsent } from './mapping/optional-companions.ts'
import { andWhere } from './mapping/pieces.ts'
import { ask, sql } from './mapping/sql.ts'
import { createPostfix } from './postfix.ts'
import { codeOf } from './reason.ts'
import { findRefusals, isAllowed } from './rights.ts'

/**
 * Checks the whole mail host and prints one line for each check, as JSON if that is asked for. Leaves everything as it
 * is, but for what the connector reports of app passwords.
 * @param roundTrip tries it with a mailbox that is made for that and goes again
 * @param login for that: an administrator of the database, instead of root by the socket
 * @returns the exit status: 1 when something must be fixed
 */
export async function doctor(
  env: NodeJS.ProcessEnv,
  {
    json = false,
    roundTrip = false,
    login = null,
  }: { json?: boolean; roundTrip?: boolean; login?: string | null } = {},
): Promise<number> {
  let failed = false as boolean
  const say: Say = (level, what, remedy) => {
    failed ||= level === 'fail'
    if (json) process.stdout.write(`${JSON.stringify({ level, what, remedy: remedy ?? null })}\n`)
    else process.stdout.write(`${level.padEnd(4)}  ${what}${remedy === undefined ? '' : ` → ${remedy}`}\n`)
  }

  let config: ConnectorConfig
  try {
    config = readConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const line of error.message.split('\n')) say('fail', `settings: ${line}`)
    return 1
  }
  say('ok', 'settings')
  say('ok', `private key: its public key, for the web app's SEAL_CONNECTOR_PUBLIC_KEY, is ${await publicKeyOf(config)}`)

  await checkFolder(say, 'STATE_FOLDER', config.stateFolder)
  await checkFolder(say, 'RUN_FOLDER', config.doveadm.runFolder)
  await checkFolder(say, 'MAIL_ROOT', config.mailStore.mailRoot, true)
  await checkQuarantine(say, config)
  await checkRoom(say, { MAIL_ROOT: config.mailStore.mailRoot, STATE_FOLDER: config.stateFolder })
  if (!config.doveadm.runFolder.startsWith('/run/')) {
    say('warn', 'RUN_FOLDER is not on /run', 'passing secrets stand there for a moment: choose a folder in memory')
  }
  const dovecot = await checkDovecot(say, config)
  await checkDatabase(say, config, dovecot)
  if (roundTrip && failed) say('warn', 'no round trip is made: something above has to be mended first')
  else if (roundTrip) await (await import('./doctor-round-trip.ts')).makeRoundTrip(say, config, login)
  return failed ? 1 : 0
}

const publicKeyOf = ({ keys }: ConnectorConfig): Promise<string> => sealPublicKey(keys.connectorPrivateKey)

async function checkFolder(say: Say, setting: string, folder: string, mustBeThere = false) {
  const found = await stat(folder).catch(() => null)
  const writable = await access(found ? folder : dirname(folder), constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (found && !found.isDirectory()) say('fail', `${setting} is no folder`, 'choose another')
  else if (!found && mustBeThere)
    say('fail', `${setting} is not there`, 'set it to the folder below which all homes lie')
  else if (!writable) say('fail', `${setting} cannot be written`, 'give it to the user the connector runs as')
  else if (!mustBeThere && found && (found.mode & 0o077) !== 0) {
    say('warn', `${setting} can be entered by others`, `chmod 700 ${folder}`)
  } else say('ok', found ? setting : `${setting} (it will be made)`)
}

/** On a full disk mail is deferred, and no task can be noted. */
async function checkRoom(say: Say, folders: Record<string, string>) {
  for (const [setting, folder] of Object.entries(folders)) {
    const found = await statfs(folder).catch(() => null)
    if (found === null) continue
    // Some file systems have no fixed number of files, and say zero.
    const percent = (left: number, all: number) => (all === 0 ? 100 : Math.floor((left / all) * 100))
    const [room, number] = [percent(found.bavail, found.blocks), percent(found.ffree, found.files)]
    const what = `the file system of ${setting} has ${room} % of its space and ${number} % of its files left`
    if (Math.min(room, number) < 5) say('warn', what, 'make room, before mail has to wait')
    else say('ok', what)
  }
}

async function checkQuarantine(say: Say, { mailStore: { mailRoot, quarantineFolder } }: ConnectorConfig) {
  await checkFolder(say, 'QUARANTINE_FOLDER', quarantineFolder)
  const [found, parent] = await Promise.all([quarantineFolder, dirname(quarantineFolder)].map((path) => stat(path).catch(() => null))) // prettier-ignore
  if (found && isWritableByOthers(found)) {
    const remedy = `chown root ${quarantineFolder}; chmod 700 ${quarantineFolder}`
    say('fail', 'QUARANTINE_FOLDER can be written by others: nothing is moved there', remedy)
  }
  if (parent && canBeReplacedIn(parent)) {
    const what = 'others can write to the folder that contains QUARANTINE_FOLDER, and so replace it'
    say('warn', what, `chown root ${dirname(quarantineFolder)}, or choose a place where only root can write`)
  }

  const folders = await Promise.all([openNearest(mailRoot), openNearest(quarantineFolder)])
  try {
    const [rootMount, mount] = await Promise.all(folders.map((folder) => folder.mount()))
    if (rootMount !== mount) {
      const remedy =
        'choose a folder on the same mount; if MAIL_ROOT itself is a mount point, mount it one folder higher'
      say('fail', 'QUARANTINE_FOLDER is on another mount than MAIL_ROOT: no store can be moved there', remedy)
    }
    const [root = '', quarantine = ''] = await Promise.all(folders.map((folder) => realpath(folder.at('.'))))
    if (holdsHome(root, quarantine)) {
      say('fail', 'QUARANTINE_FOLDER is below MAIL_ROOT, through a link', 'choose a folder beside MAIL_ROOT')
    }
  } finally {
    await Promise.all(folders.map((folder) => folder.close()))
  }
}

const isWritableByOthers = ({ uid, mode }: Stats): boolean => uid !== process.geteuid?.() || (mode & 0o022) !== 0

/** Whether others could replace an entry of the folder. In a sticky one such as /tmp, only its owner can. */
const canBeReplacedIn = (folder: Stats): boolean =>
  isWritableByOthers(folder) && (folder.uid !== process.geteuid?.() || (folder.mode & 0o1000) === 0)

/** @returns its configuration; null where it cannot be read */
async function checkDovecot(say: Say, config: ConnectorConfig) {
  let text: string
  try {
    text = await createDoveadm(config.doveadm).readConfiguration()
  } catch {
    say(
      'fail',
      'doveadm cannot read the configuration of Dovecot',
      'look at DOVEADM and DOVECOT_CONFIG, and run doveconf -n',
    )
    return null
  }
  const dovecot = readDovecot(text)

  const version = dovecot.version?.split('.').map(Number) ?? []
  const [major = 0, minor = 0, patch = 0] = version
  const recent = major > 2 || (major === 2 && (minor > 4 || (minor === 4 && patch >= 1)))
  if (recent) say('ok', `Dovecot ${dovecot.version ?? ''}`)
  else say('fail', `Dovecot ${dovecot.version ?? 'of an unknown version'}`, 'Colombier needs 2.4.1 or later')

  if (dovecot.mailCrypt) say('ok', 'mail_crypt is on')
  else say('fail', 'mail_crypt is off: mail is stored unencrypted', 'mail_plugins { mail_crypt = yes }')
  if (dovecot.curve) say('ok', `keys are made on the curve ${dovecot.curve}`)
  else say('fail', 'crypt_user_key_curve is not set: users get no key', 'crypt_user_key_curve = secp521r1')
  if (dovecot.requireEncrypted) say('ok', 'keys must be encrypted')
  else {
    const remedy = 'crypt_user_key_require_encrypted = yes'
    say('fail', 'keys may be stored without a password: a log-in before the first task makes such a one', remedy)
  }
  if (dovecot.attributes) say('ok', 'mail attributes have a dict')
  else
    say(
      'fail',
      'mail_attribute has no dict: there is no place for keys',
      'mail_attribute { dict file { path = %{home}/dovecot-attributes } }',
    )

  checkKeyPassword(say, dovecot.keyPassword)
  checkLock(say, config, dovecot)
  if (dovecot.authCache)
    say('ok', 'log-ins are cached: the connector forgets those of a mailbox whenever it opens or closes it')

  const lines = await proposeMailClient(dovecot, createPostfix(config.postfix))
  if (lines.length > 0) say('ok', `what the web app can tell mail programs:\n${lines.join('\n')}`)
  return dovecot
}

function checkKeyPassword(say: Say, expression: string | null) {
  const example = "'%{password | sha256 | hexlify}' AS userdb_crypt_user_key_password"
  if (expression === null) {
    say(
      'fail',
      'no passdb gives crypt_user_key_password: keys cannot be opened at log-in',
      `add ${example} to its query`,
    )
    return
  }
  try {
    parseKeyPasswordExpression(expression)
    say('ok', `the key password is ${expression}: the web app needs KEY_PASSWORD=${quoted(expression)}`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    say('fail', `the key password is ${expression}: ${reason}`, `use ${example}`)
  }
}

// Unquoted, a # would start a comment in an environment file.
const quoted = (text: string): string => (text.includes('"') ? `'${text}'` : `"${text}"`)

function checkLock(
  say: Say,
  { mapping }: ConnectorConfig,
  { passdbQuery, userdbQuery }: ReturnType<typeof readDovecot>,
) {
  const columns = [...mapping.mailbox.open, ...mapping.mailbox.locked].map(({ column }) => column.path[0] ?? '')
  const looksAt = (query: string | null) =>
    query !== null && columns.some((column) => new RegExp(`(?<![\\w$])${escaped(column)}(?![\\w$])`, 'i').test(query))

  if (passdbQuery === null || userdbQuery === null) {
    const how =
      mapping.lock === 'password' ? 'LOCK=password suits any' : 'each first mailbox will show whether LOCK=active does'
    say(mapping.lock === 'password' ? 'ok' : 'warn', `the SQL queries of passdb and userdb are not to be seen: ${how}`)
  } else if (looksAt(userdbQuery)) {
    const what = 'the userdb looks at the active column: mail for an inactive mailbox bounces'
    if (mapping.lock === 'active') say('fail', what, 'LOCK=password here and in the web app')
    else say('ok', `${what}, and LOCK=password does not touch it`)
  } else if (looksAt(passdbQuery)) {
    say(
      'ok',
      `of Dovecot’s queries only the passdb’s looks at the active column: LOCK=active and LOCK=password both suit it, LOCK=${mapping.lock} is set`,
    )
  } else if (mapping.lock === 'active') {
    say(
      'fail',
      'no query looks at the active column: LOCK=active locks nobody out',
      'LOCK=password here and in the web app',
    )
  } else say('ok', 'no query looks at the active column, and LOCK=password does not need it')
}

async function checkDatabase(say: Say, config: ConnectorConfig, dovecot: ReturnType<typeof readDovecot> | null) {
  let db: Connection
  try {
    db = await createConnection(config.database)
  } catch (error) {
    const { what, where } = explainFailure(codeOf(error))
    say('fail', `the database cannot be used: ${what}`, `look at ${where}`)
    return
  }
  db.on('error', () => undefined)
  try {
    const [[row]] = await db.query<(RowDataPacket & { Value: string })[]>("SHOW STATUS LIKE 'Ssl_cipher'")
    say('ok', row?.Value ? 'the database is reached over TLS, and its name is checked' : 'the database is on this host')
    await checkClock(say, db)
    await checkDurability(say, db)
    if (await checkGrants(say, db, config)) {
      if (dovecot !== null) {
        const requiresAppPasswords = dovecot.appPasswords?.endsAll === true
        await checkHashMemory(say, db, config.mapping, dovecot.memory)
        await checkKnown(say, db, config.mapping, createDoveadm(config.doveadm), { requiresAppPasswords })
      }
      await checkPostfix(say, db, config)
      await checkPassdb(say, db, config)
      await checkWork(say, db, config)
      if (config.mapping.actions.includes('delete')) await checkStores(say, db, config)
    }
  } finally {
    await db.end().catch(() => undefined)
  }
}

/** Colombier goes by the database's clock, Dovecot and the logs by this host's. */
async function checkClock(say: Say, db: Connection) {
  const ahead = Math.round((Date.now() - (await readClock(db)).getTime()) / 1000)
  const seconds = Math.abs(ahead)
  if (seconds <= 10) say('ok', 'this host’s clock goes as the database’s')
  else {
    const what = `this host’s clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} the database’s`
    say('warn', what, 'let both follow a time server: timedatectl')
  }
}

/** Whether a commit survives a crash of the server. */
async function checkDurability(say: Say, db: Connection) {
  const lossy = await listLossySettings(db)
  if (lossy.length === 0) say('ok', 'what the database has acknowledged survives its crash')
  else {
    const what =
      'the database may forget, when it crashes, what it has acknowledged, such as a password whose key is changed'
    say('warn', what, `set ${lossy.join(' and ')} in the database’s own settings`)
  }
}

/** @returns whether the connector has every right it needs */
async function checkGrants(say: Say, db: Connection, { mapping }: ConnectorConfig): Promise<boolean> {
  for (const { path } of (await leaveOutAbsent(db, mapping)).absent) {
    const what = `COMPANION_DELETE: there is no table ${path.join('.')}, or the connector may not see it: it is left out`
    say('warn', what, 'where there is one, give the connector its right on it')
  }
  const refusals = await findRefusals(db, mapping)
  for (const { what, why, remedy } of refusals)
    say('fail', `the database does not let the connector ${what} (${why})`, remedy)
  if (refusals.length === 0) say('ok', 'the database gives every right that is needed')
  if (await isAllowed(db, sql`SELECT password_hash FROM colombier_accounts LIMIT 0`)) {
    say(
      'warn',
      'the connector can read accounts',
      'give its database user no more than the rights that docs/install.md lists',
    )
  }
  return refusals.length === 0
}

const noAppPasswords: Record<Exclude<NoAppPasswords, 'absent'>, [what: string, remedy: string]> = {
  other: [
    'Dovecot’s passdb for app passwords is of other keys or another mapping',
    'put what the command passdb prints in its place, and reload Dovecot',
  ],
  late: [
    'Dovecot’s passdb that requires app passwords comes after another, which lets mailboxes’ own passwords in',
    'put it before every other passdb, and reload Dovecot',
  ],
  fails: [
    'Dovecot does not let in an app password that was made to try it',
    'reload Dovecot, and give its database user the rights that the command passdb prints; its log says what failed',
  ],
}

/** Whether Dovecot lets app passwords in, which the web app is told if it was not so before. */
async function checkPassdb(say: Say, db: Connection, config: ConnectorConfig) {
  const doveadm = createDoveadm(config.doveadm)
  await readCollations(db, config.mapping)
  const seen = await examineAppPasswords({ config, db, doveadm }).catch((error: unknown) => {
    if (!(error instanceof MailHostError)) throw error
    return null
  })
  // That Dovecot cannot be asked was said before.
  if (seen === null) return

  const works = 'works' in seen ? seen.works : 'off'
  if ((await readAppPasswords(db, config.name)) !== works) await recordAppPasswords(db, config.name, works)
  if ('works' in seen) {
    const alone = seen.works === 'required' ? ', and nothing else' : ''
    say('ok', `Dovecot lets app passwords in${alone}: one that was made to try it has logged in`)
  } else if (seen.not === 'absent')
    say('ok', 'Dovecot has no passdb for app passwords: the command passdb prints it, where they are wanted')
  else say('fail', ...noAppPasswords[seen.not])
}

async function checkWork(say: Say, db: Connection, config: ConnectorConfig) {
  type Row = RowDataPacket & { age: number; mode: string; active_lock: string; last_failure: string | null }
  const [[own]] = await db.execute<Row[]>(
    `SELECT TIMESTAMPDIFF(SECOND, seen_at, UTC_TIMESTAMP(6)) AS age, mode, active_lock, last_failure
     FROM colombier_connectors WHERE host = ?`,
    [config.name],
  )
  const start = 'start its timer or its --watch service'
  if (!own) say('warn', 'the connector has not run yet', start)
  else if (own.age > 600) say('warn', `the connector ran last ${String(own.age)} s ago`, start)
  else say('ok', `the connector ran ${String(own.age)} s ago (${own.mode})`)
  if (own && own.active_lock !== 'safe' && own.active_lock !== 'unknown' && config.mapping.lock === 'active') {
    say(
      'fail',
      `a lock by the active column was seen to be ${own.active_lock} here`,
      'LOCK=password here and in the web app',
    )
  }

  const [[stuck]] = await db.query<(RowDataPacket & { count: number })[]>(
    `SELECT COUNT(*) AS count FROM colombier_tasks
     WHERE state IN ('queued', 'running') AND not_before < UTC_TIMESTAMP(6) - INTERVAL 15 MINUTE`,
  )
  if (stuck?.count)
    say('warn', `${String(stuck.count)} tasks have been due for over 15 minutes`, 'look at the connector’s log')
  else say('ok', 'no task is stuck')
}

/**
 * Checks a sample of homes, which must be safe to move for a mailbox to be deleted, and whether the quarantine is
 * purged.
 */
async function checkStores(say: Say, db: Connection, config: ConnectorConfig) {
  const { table, address, login, where } = config.mapping.mailbox
  const rows = await ask<{ user: string | null }>(
    db,
    sql`SELECT ${login ? asText(login) : addressInLowerCase(address)} AS user FROM ${table} WHERE 1 = 1${andWhere(where)} LIMIT 200`,
  )
  const mailStore = createMailStore(config.mailStore)
  try {
    const homes = await createDoveadm(config.doveadm).listHomes(rows.map((row) => row.user ?? ''))
    const faults = new Map<string, string[]>()
    for (const [index, home] of homes.entries()) {
      const fault = homes.some((other, its) => its !== index && holdsHome(home, other))
        ? 'The home is or contains another mailbox’s home'
        : await mailStore.look(home).then(() => null, unsafeIn)
      if (fault !== null) faults.set(fault, [...(faults.get(fault) ?? []), home])
    }
    const remedy = 'let the userdb give each its own plain path below MAIL_ROOT, or set MAIL_ROOT to where homes lie'
    for (const [fault, unsafe] of faults) {
      const count = `${unsafe.length} of ${homes.length}`
      say('fail', `${count} mailboxes cannot be deleted, such as the one at ${unsafe[0] ?? ''}: ${fault}`, remedy)
    }
    if (homes.length > 0 && faults.size === 0) say('ok', `homes checked: ${homes.length}; all of them can be moved`)
  } catch (error) {
    if (!(error instanceof MailHostError)) throw error
    say('warn', `homes could not be checked: ${error.message}`)
  }

  const due = (await mailStore.listDue(await readClock(db))).length
  if (config.mailStore.quarantineDays > 0 && due > config.purgeLimit) {
    const what = `${due} stores are due to leave the quarantine, more than PURGE_LIMIT, so none is removed`
    say('warn', what, 'check the clock and QUARANTINE_DAYS; if they are right, run once with a higher PURGE_LIMIT')
  }
}

function unsafeIn(error: unknown): string {
  if (error instanceof UnsafeHome) return error.message
  throw error
}
