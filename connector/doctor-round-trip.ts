import { randomBytes, randomUUID } from 'node:crypto'
import { access } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { createConnection, createPool, type Connection, type Pool, type RowDataPacket } from 'mysql2/promise'
import type { ConnectorConfig } from './config.ts'
import { explainFailure, prepareConnections } from './contract/database.ts'
import { addAlias, addMailRow, isAddressTaken, listDomains } from './contract/insertion.ts'
import { parseKeyPasswordExpression } from './contract/key-password.ts'
import { unmatchableHash } from './contract/lock.ts'
import { readMailRow, updateMailbox } from './contract/mail-row.ts'
import { removeMailbox } from './contract/removal.ts'
import { createDoveadm, MailHostError, type Doveadm } from './doveadm.ts'
import { readDefaultScheme, readDovecot } from './dovecot-configuration.ts'
import type { Say } from './finding.ts'
import { ImapError, readInbox, type Door } from './imap.ts'
import { createMailStore, UnsafeHome, type MailStore } from './mail-store.ts'
import { findLogin } from './mapping/login-names.ts'
import { leaveOutAbsent } from './mapping/optional-companions.ts'
import type { Mapping } from './mapping/mapping.ts'
import { createNotes } from './notes.ts'
import { createPostfix, type Postfix } from './postfix.ts'
import { exitCodes, runProgram } from './program.ts'
import { transaction } from './queue.ts'
import { readPassword } from './contract/read-password.ts'
import { codeOf } from './reason.ts'

/**
 * `doctor --round-trip`: a mailbox that nobody has gets its key, mail, a new password and an alias, and goes, by the
 * parts of this mail host that people's mailboxes meet. What the web app would write is written by an administrator of
 * the database; all else by the connector's own user. What a killed run left is removed by the next one, by a note that
 * was made before anything else.
 */

/** A step did not go as it should. The message says what was seen, and the remedy what to look at. */
class Stumbled extends Error {
  override name = 'Stumbled'
  readonly remedy: string

  constructor(what: string, remedy: string) {
    super(what)
    this.remedy = remedy
  }
}

/** What is to be removed, and nothing else. */
interface Remains {
  /** stands in its address and in its home */
  mark: string
  address: string
  /** what Dovecot calls it */
  user: string
  home: string | null
}

interface Trip {
  config: ConnectorConfig
  mapping: Mapping
  /** the connector's own user */
  db: Pool
  administrator: Connection
  doveadm: Doveadm
  postfix: Postfix
  mailStore: MailStore
  door: Door
  keyPasswordOf: (password: string) => string
  scheme: string
  id: string
  mark: string
  domain: string
  address: string
  /** what Dovecot calls it; the address until it has a row */
  user: string
  /** whether mail is given to Postfix; else to Dovecot's own delivery agent */
  byPostfix: boolean
  password: string
}

const sockets = ['/run/mysqld/mysqld.sock', '/var/lib/mysql/mysql.sock', '/tmp/mysql.sock']

/** @param login the administrator, whose password is asked for; null: root, who comes by the socket */
export async function makeRoundTrip(say: Say, config: ConnectorConfig, login: string | null): Promise<void> {
  if (!['create', 'delete', 'password'].every((action) => config.mapping.actions.includes(action as 'create'))) {
    say('warn', 'no round trip is made: MAIL_ACTIONS has mailboxes come and go by other means')
    return
  }
  const administrator = await connectAdministrator(say, config, login)
  if (administrator === null) return
  const db = createPool({ ...config.database, connectionLimit: 2 })
  prepareConnections(db, config.databaseTimeoutSeconds)
  try {
    const [[lock]] = await administrator.query<(RowDataPacket & { got: number | null })[]>(
      "SELECT GET_LOCK('colombier round trip', 0) AS got",
    )
    if (lock?.got !== 1) {
      say('warn', 'no round trip is made: another one is under way', 'wait for its end')
      return
    }
    const doveadm = createDoveadm(config.doveadm)
    const place = { config, mapping: (await leaveOutAbsent(db, config.mapping)).present, db, administrator, doveadm }
    const mailStore = createMailStore(config.mailStore)
    await removeRemains(say, { ...place, mailStore })
    const trip = await prepare(say, { ...place, mailStore, postfix: createPostfix(config.postfix) })
    if (trip !== null) await travel(say, trip)
  } catch (error) {
    const remedy = 'look at the rights of the administrator, and at what the doctor says without --round-trip'
    say('fail', `no round trip is made: ${reasonOf(error)}`, remedy)
  } finally {
    await db.end().catch(() => undefined)
    await administrator.end().catch(() => undefined)
  }
}

async function connectAdministrator(
  say: Say,
  config: ConnectorConfig,
  login: string | null,
): Promise<Connection | null> {
  const { socketPath, database, charset } = config.database
  const socket = socketPath ?? (await firstThere(sockets))
  if (login === null && socket === null) {
    const remedy = '--login NAME, who is an administrator of the database and whose password is asked for'
    say('fail', 'no round trip is made: the database has no socket on this host', remedy)
    return null
  }
  try {
    const options =
      login === null
        ? { socketPath: socket ?? '', user: 'root', database, charset, timezone: 'Z', dateStrings: true }
        : { ...config.database, user: login, password: await readPassword(`Password of ${login}: `) }
    const connection = await createConnection(options)
    connection.on('error', () => undefined)
    return connection
  } catch (error) {
    const { what } = explainFailure(codeOf(error))
    say('fail', `no round trip is made: the administrator is not let in: ${what}`, '--login NAME, with that password')
    return null
  }
}

async function firstThere(paths: string[]): Promise<string | null> {
  for (const path of paths) {
    const isThere = await access(path).then(() => true, () => false) // prettier-ignore
    if (isThere) return path
  }
  return null
}

/** Everything that is to be known before something is written. */
async function prepare(
  say: Say,
  place: Pick<Trip, 'config' | 'mapping' | 'db' | 'administrator' | 'doveadm' | 'mailStore' | 'postfix'>,
): Promise<Trip | null> {
  const { administrator, mapping, doveadm, postfix, config } = place
  const text = await doveadm.readConfiguration()
  const { imapHere, keyPassword, appPasswords } = readDovecot(text)
  const refuse = (why: string, remedy?: string) => {
    say('warn', `no round trip is made: ${why}`, remedy)
    return null
  }
  if (imapHere === null || keyPassword === null) return refuse('Dovecot serves no IMAP here')
  if (appPasswords?.endsAll) return refuse('a mailbox’s own password logs in to nothing here')

  const domains = await listDomains(administrator, mapping, 20)
  const mark = `colombier.doctor.${randomBytes(8).toString('hex')}`
  let [domain, byPostfix] = [domains[0], false]
  // Postfix's word is about a domain here: the mailbox is not there yet.
  for (const name of (await runsPostfix(config)) ? domains : []) {
    if ((await postfix.takesMail(`${mark}@${name}`)) === null) continue
    ;[domain, byPostfix] = [name, true]
    break
  }
  if (domain === undefined) return refuse('there is no domain', 'add one')
  const address = `${mark}@${domain}`
  if (await isAddressTaken(administrator, mapping, address)) return refuse('its address is taken', 'run it again')

  const scheme = mapping.passwordPrefix ? 'ARGON2ID' : (readDefaultScheme(text) ?? 'SHA512-CRYPT')
  const keyPasswordOf = parseKeyPasswordExpression(keyPassword)
  return { ...place, door: imapHere, keyPasswordOf, scheme, id: randomUUID(), mark, domain, address, user: address, byPostfix, password: newPassword() } // prettier-ignore
}

const newPassword = (): string => randomBytes(18).toString('base64url')

async function runsPostfix({ postfix }: ConnectorConfig): Promise<boolean> {
  if (postfix.mode === 'off') return false
  const args = ['-c', postfix.configFolder, 'status']
  const { code } = await runProgram('postfix', args, { name: 'postfix', timeoutSeconds: postfix.timeoutSeconds })
  return code === exitCodes.ok
}

/** The steps, each with what it says when it went well. */
const steps: ((trip: Trip) => Promise<string>)[] = [create, compareKeyPassword, receive, changePassword, follow]

async function travel(say: Say, trip: Trip) {
  const notes = createNotes(trip.config.stateFolder, 'round-trips')
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt)
  try {
    await note(notes, trip, null)
    for (const step of steps) {
      if (stop.signal.aborted) throw new Stumbled('it was interrupted', 'run it again')
      say('ok', `round trip: ${await step(trip)}`)
    }
  } catch (error) {
    say('fail', `round trip: ${reasonOf(error)}`, error instanceof Stumbled ? error.remedy : 'look at Dovecot’s log')
  }
  try {
    const home = await findOwnHome(trip)
    await removeAll(trip, trip.id, { ...trip, home })
    await expectGone(trip, home)
    await notes.remove(trip.id)
    say('ok', 'round trip: the mailbox is deleted, and its rows, its alias and its store are gone')
  } catch (error) {
    say('fail', `round trip: ${trip.address} could not be removed (${reasonOf(error)})`, 'the next one tries again')
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt)
  }
}

const note = (notes: ReturnType<typeof createNotes>, { id, mark, address, user }: Trip, home: string | null) =>
  notes.write(id, JSON.stringify({ mark, address, user, home } satisfies Remains))

function reasonOf(error: unknown): string {
  const isKnown = [Stumbled, MailHostError, ImapError, UnsafeHome].some((kind) => error instanceof kind)
  return isKnown ? (error as Error).message : codeOf(error)
}

/** The row as the web app writes it, for a mailbox that nobody gets into; then all that a first task does. */
async function create(trip: Trip): Promise<string> {
  const { administrator, mapping, doveadm, mailStore, address, config } = trip
  const { open: state } = mapping.mailbox
  const row = { localPart: trip.mark, domain: trip.domain, hash: unmatchableHash(), quotaBytes: null, state }
  await administrator.beginTransaction()
  const refusal = await addMailRow(administrator, mapping, row)
  if (refusal !== null) throw new Stumbled(`its row is refused (${refusal})`, 'run it again')
  await administrator.commit()
  if ((await readMailRow(trip.db, mapping, address, false)) === null)
    throw new Stumbled('its row is not found again', 'look at MAILBOX_WHERE')

  trip.user = (await findLogin(trip.db, mapping, address)) ?? address
  await doveadm.forgetLogins(trip.user)
  const home = await findOwnHome(trip)
  if (home === null) throw new Stumbled('Dovecot’s userdb does not find the new mailbox', 'look at its query')
  if (!home.includes(trip.mark)) {
    throw new Stumbled('its home does not carry its name, so nothing is made there', 'try it by hand in the web app')
  }
  if ((await mailStore.look(home)) !== null) throw new Stumbled('there is a folder at its home already', 'look at it')
  await note(createNotes(config.stateFolder, 'round-trips'), trip, home)

  await doveadm.createInbox(trip.user)
  const passing = newPassword()
  await doveadm.generateKey(trip.user, passing, () => Promise.resolve())
  if ((await doveadm.changeKeyPassword(trip.user, passing, trip.keyPasswordOf(trip.password))) !== 'opened')
    throw new Stumbled('its new key does not open', 'look at mail_crypt’s settings')
  await setPassword(trip, trip.password)
  return `the mailbox ${address} is made, with a key of its own`
}

async function setPassword({ db, mapping, doveadm, address, user, scheme }: Trip, password: string) {
  const hash = await doveadm.hash(password, scheme)
  const written = mapping.passwordPrefix ? hash : hash.replace(/^\{[^}]*\}/, '')
  await transaction(db, (connection) =>
    updateMailbox(connection, mapping, address, { hash: written, set: mapping.mailbox.onPassword }),
  )
  await doveadm.forgetLogins(user)
}

async function compareKeyPassword({ doveadm, user, password, keyPasswordOf }: Trip): Promise<string> {
  const derived = await doveadm.deriveKeyPassword(user, password)
  if (derived === null)
    throw new Stumbled('Dovecot does not let it in, or derives no key password', 'look at the passdb’s query')
  if (derived !== keyPasswordOf(password)) {
    throw new Stumbled('Dovecot derives another key password than Colombier', 'run doctor, and compare KEY_PASSWORD')
  }
  return 'Dovecot derives the same key password as Colombier'
}

async function receive(trip: Trip): Promise<string> {
  const by = trip.byPostfix ? 'Postfix' : 'Dovecot’s delivery agent, since no Postfix here takes its mail,'
  await arrives(trip, trip.address)
  return `a mail comes by ${by} and is read over IMAP at ${trip.door.host}:${trip.door.port}`
}

/** Sends a mail there and waits until it can be read in the mailbox. */
async function arrives(trip: Trip, to: string) {
  const token = randomUUID()
  await send(trip, to, token)
  for (const until = Date.now() + 30_000; Date.now() < until; await delay(300)) {
    if ((await mustRead(trip)).includes(token)) return
  }
  throw new Stumbled(
    'the mail that was sent has not come within 30 s',
    trip.byPostfix ? 'mailq, and Postfix’s log' : 'look at Dovecot’s log',
  )
}

async function mustRead({ door, user, password }: Trip): Promise<string> {
  const inbox = await readInbox(door, user, password)
  if (inbox === null)
    throw new Stumbled('IMAP refuses its password', 'look at Dovecot’s log, and at the memory of auth-worker')
  return inbox
}

async function send({ config, byPostfix, address, user }: Trip, to: string, token: string) {
  const input = `From: <${address}>\nTo: <${to}>\nSubject: Round trip\nMessage-ID: <${token}@doctor.invalid>\nDate: ${new Date().toUTCString().replace('GMT', '+0000')}\n\n${token}\n`
  const timeoutSeconds = config.doveadm.timeoutSeconds
  // Without a sender, what cannot be delivered is told to nobody.
  const [program, args] = byPostfix
    ? ['sendmail', ['-C', config.postfix.configFolder, '-i', '-f', '<>', '--', to]]
    : [await findDeliveryAgent(), ['-c', config.doveadm.config, '-f', '<>', '-d', user]]
  const { code } = await runProgram(program, args, { name: program, timeoutSeconds, input })
  if (code !== exitCodes.ok) throw new Stumbled(`${program} ended with ${code}`, 'look at its log')
}

async function findDeliveryAgent(): Promise<string> {
  const places = ['/usr/lib/dovecot', '/usr/libexec/dovecot', '/usr/local/libexec/dovecot']
  const found = await firstThere(places.map((place) => `${place}/dovecot-lda`))
  if (found === null) throw new Stumbled('dovecot-lda is not there to deliver by', 'install it, or start Postfix')
  return found
}

async function changePassword(trip: Trip): Promise<string> {
  const { doveadm, user, keyPasswordOf, password: before } = trip
  const after = newPassword()
  await doveadm.kick(user)
  if ((await doveadm.changeKeyPassword(user, keyPasswordOf(before), keyPasswordOf(after))) !== 'opened')
    throw new Stumbled('its key does not open with its password', 'look at mail_crypt’s settings')
  await setPassword(trip, after)
  trip.password = after
  if ((await readInbox(trip.door, user, before)) !== null)
    throw new Stumbled('the password before the change still logs in', 'look at the passdbs, and at auth_cache_size')
  if (!(await mustRead(trip)).includes('Round trip'))
    throw new Stumbled('the mail cannot be read with the new password', 'look at Dovecot’s log')
  return 'its password is changed: the old one is refused, and the new one reads the mail'
}

async function follow(trip: Trip): Promise<string> {
  const { administrator, mapping, mark, domain, address } = trip
  if (mapping.alias === null || !mapping.actions.includes('aliases')) return 'no alias is tried: there are none here'
  if (!trip.byPostfix) return 'no alias is tried: no Postfix here would follow it'
  const localPart = `${mark}.alias`
  await administrator.beginTransaction()
  await addAlias(administrator, mapping, mapping.alias, { localPart, domain, destination: address })
  await administrator.commit()
  await arrives(trip, `${localPart}@${domain}`)
  return 'a mail to an alias of it comes too'
}

/** The home, where the mailbox has a row. */
async function findOwnHome({ doveadm, db, mapping, address }: Pick<Trip, 'doveadm' | 'db' | 'mapping' | 'address'>) {
  if ((await readMailRow(db, mapping, address, false)) === null) return null
  const user = await findLogin(db, mapping, address)
  return user === null ? null : doveadm.findHome(user)
}

/** The rows of the marked mailbox, then its home, by way of the quarantine. */
async function removeAll(
  { db, mapping, doveadm, mailStore, config }: Pick<Trip, 'db' | 'mapping' | 'doveadm' | 'mailStore' | 'config'>,
  id: string,
  { mark, address, user: before, home }: Remains,
) {
  const user = (await findLogin(db, mapping, address)) ?? before
  await transaction(db, (connection) => removeMailbox(connection, mapping, address, config.reservedDays))
  await doveadm.kick(user)
  await doveadm.forgetLogins(user)
  if (home?.includes(mark) !== true) return
  const folder = await mailStore.look(home)
  if (folder !== null) await mailStore.quarantine({ home, folder, taskId: id, mailbox: address, now: new Date() })
  // Nobody will want it back.
  const moved = await mailStore.listDue(new Date(8.64e15))
  for (const store of moved.filter(({ names }) => names.some((name) => name.includes(id))))
    await mailStore.discard(store)
}

async function expectGone({ db, mapping, mailStore, door, address, user, password }: Trip, home: string | null) {
  const isLeft = (await readMailRow(db, mapping, address, false)) !== null || (home !== null && (await mailStore.look(home)) !== null) // prettier-ignore
  if (isLeft) throw new Stumbled('something of it is left', 'look at its row and its home')
  if ((await readInbox(door, user, password)) !== null)
    throw new Stumbled('it still logs in', 'look at the passdbs, and at auth_cache_size')
}

/** What runs that were killed have left, by their notes. */
async function removeRemains(
  say: Say,
  place: Pick<Trip, 'db' | 'mapping' | 'doveadm' | 'mailStore' | 'config' | 'administrator'>,
) {
  const notes = createNotes(place.config.stateFolder, 'round-trips')
  for (const id of await notes.names()) {
    const text = await notes.read(id)
    if (text === null) continue
    const left = JSON.parse(text) as Remains
    const home = left.home ?? (await findOwnHome({ ...place, address: left.address }))
    await removeAll(place, id, { ...left, home })
    await notes.remove(id)
    say('ok', `round trip: what an earlier one left of ${left.address} is removed`)
  }
}
