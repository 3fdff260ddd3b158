import { setTimeout as sleep } from 'node:timers/promises'
import { createPool } from 'mysql2/promise'
import { examineAppPasswords } from './app-passwords.ts'
import type { ConnectorConfig } from './config.ts'
import { endRevoked, wrapAnew } from './credentials.ts'
import { prepareConnections, type Db } from './contract/database.ts'
import {
  ChangedElsewhere,
  findRealHash,
  LockUnproven,
  MailboxGone,
  unlockMailbox,
  type Unlocking,
} from './contract/lock.ts'
import type { TaskError, TaskKind, TaskPayloads } from './contract/tasks.ts'
import { AddressNotForDoveadm, createDoveadm, MailHostError } from './doveadm.ts'
import { recordAppPasswords, recordAsked, recordFailure } from './heartbeat.ts'
import { createJournal } from './journal.ts'
import { endLogins } from './logins.ts'
import { sayOnce, type Log } from './log.ts'
import { readCollations } from './mapping/collations.ts'
import { findLogin } from './mapping/login-names.ts'
import { leaveOutAbsent } from './mapping/optional-companions.ts'
import type { Name } from './mapping/sql.ts'
import { createMailStore, UnsafeHome } from './mail-store.ts'
import { createPostfix } from './postfix.ts'
import {
  claim,
  end,
  LeaseLost,
  listCancelledDeletions,
  listDue,
  listEnded,
  retryLater,
  seeWhatWaits,
  transaction,
  type Claim,
} from './queue.ts'
import { findRefusals } from './rights.ts'
import { lockOf, UnknownMailbox, type TaskContext } from './tasks/context.ts'
import { createRemains } from './remains.ts'
import { endAgain } from './tasks/again.ts'
import { create } from './tasks/create.ts'
import { remove } from './tasks/delete.ts'
import { rekey } from './tasks/rekey.ts'

export type Connector = Omit<TaskContext, 'task'>

export function openConnector(config: ConnectorConfig, log: Log): Connector {
  // A lane needs a second connection while a transaction occupies its first, and must not wait for another lane's.
  const db = createPool({ ...config.database, connectionLimit: 2 * config.lanes + 1 })
  prepareConnections(db, config.databaseTimeoutSeconds)
  return {
    config,
    log,
    db,
    doveadm: createDoveadm(config.doveadm),
    postfix: createPostfix(config.postfix),
    journal: createJournal(config.stateFolder, log),
    mailStore: createMailStore(config.mailStore),
    remains: createRemains(config.stateFolder),
  }
}

/** Carries out the tasks that are due, up to `LANES` at a time; a single pass takes up each of them once. */
export function createLanes(connector: Connector, { eachOnce = false } = {}) {
  const { config, db } = connector
  // For work that is retried at each pass.
  // A process that stays up reports each problem once, until log-ins can be ended again.
  const quiet = () => ({ ...connector, log: sayOnce(connector.log) })
  let again = quiet()
  /** the tasks in hand, by their ids */
  const busy = new Map<string, Promise<void>>()
  const begun = new Set<string>()
  let started = 0
  let failed = 0
  let broken: Error | null = null
  let logins: Promise<void> | null = null
  let revoked: Promise<void> | null = null
  let look: Promise<void> | null = null
  let mayBegin = false
  let collationsRead = -Infinity

  const orBreak = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      broken ??= error instanceof Error ? error : new Error('unknown')
    }
  }
  const carry = (id: string) =>
    orBreak(async () => {
      const task = await claim(db, id, config.lease.leaseSeconds)
      if (task && !(await attempt({ ...connector, task }))) failed++
    })
  const endAll = () =>
    orBreak(async () => {
      if (await endLogins(again)) again = quiet()
      else failed++
    })
  const endAllRevoked = () =>
    orBreak(async () => {
      if (!(await endRevoked(again))) failed++
    })
  const throwWhatBroke = () => {
    if (broken === null) return
    const error = broken
    broken = null
    throw error
  }

  return {
    /**
     * Starts the tasks that are due, but does not wait for them to end: a slow task delays others only when it occupies
     * the last free lane. For that it waits, a second at most. Starts nothing more after the signal.
     * @returns 0 when none is due, else more may be
     * @throws NotAllowed; the database's error when it cannot be reached
     */
    async begin(signal?: AbortSignal): Promise<number> {
      await endWhatWasEnding(again, (id) => busy.has(id))
      const waits = await seeWhatWaits(db, config.name)
      if (Object.values(waits).includes(true) && performance.now() - collationsRead > 30_000) {
        await readCollations(db, config.mapping)
        collationsRead = performance.now()
      }
      if (waits.cancelled) await noteCancelled(again)
      // Beside the tasks: each of them ends the sessions of its own mailbox, and none waits for those of others.
      if (waits.revoked) revoked ??= endAllRevoked().finally(() => (revoked = null))
      if (waits.logins) logins ??= endAll().finally(() => (logins = null))
      // Asked for when one of them can begin: who came last meanwhile is among them. What else waits is seen to once a
      // second all the same.
      if (waits.due && busy.size >= config.lanes)
        await Promise.race([...busy.values(), sleep(1000, undefined, { ref: false })])
      if (waits.due && busy.size >= config.lanes) return 1
      const due = waits.due ? (await listDue(db)).filter((id) => !begun.has(id) && !busy.has(id)) : []
      // Likewise: Dovecot may take its time to answer.
      if (waits.look && due.length === 0) look ??= orBreak(() => lookAround(again)).finally(() => (look = null))
      if (due.length > 0 && !mayBegin) await requireRights(connector)
      mayBegin ||= due.length > 0
      // The newest and the oldest take turns, however many lanes are free.
      const [newest = '', oldest, ...others] = due
      const inTurn = started % 2 === 1 && oldest !== undefined ? [oldest, newest, ...others] : due
      for (const id of inTurn.slice(0, config.lanes - busy.size)) {
        if (broken !== null || signal?.aborted) break
        if (eachOnce) begun.add(id)
        started++
        busy.set(
          id,
          carry(id).finally(() => busy.delete(id)),
        )
      }
      throwWhatBroke()
      return due.length
    },

    /**
     * Waits for the tasks that were started, for the log-ins that are being ended, and for what is looked at.
     * @returns the number of tasks that did not end well
     * @throws the database's error when it cannot be reached
     */
    async end(): Promise<number> {
      await Promise.all([...busy.values(), revoked, logins, look])
      throwWhatBroke()
      return failed
    },
  }
}

/** Reports what the web app cannot see for itself. */
async function lookAround(connector: Connector) {
  await handOverQueries(connector)
  await lookAtPassdb(connector)
}

/** What Dovecot and Postfix ask tells whoever describes the tables in the web app. */
async function handOverQueries({ config, db, doveadm, postfix, log }: Connector) {
  try {
    const { whatIsAsked } = await import('./asked.ts')
    await recordAsked(db, config.name, await whatIsAsked(doveadm, postfix))
  } catch (error) {
    log('error', 'what the mail host asks its tables cannot be handed over', { reason: reasonOf(error) })
  }
}

/** Reports whether Dovecot lets app passwords in, which decides whether owners are offered any. */
async function lookAtPassdb(connector: Connector) {
  const { config, db, log } = connector
  const seen = await examineAppPasswords(connector).catch((error: unknown) => {
    // Whatever it is, what was seen before still says most, and tasks go on.
    log('error', 'it could not be seen whether Dovecot lets app passwords in', { reason: reasonOf(error) })
    return null
  })
  if (seen !== null && 'not' in seen && seen.not !== 'absent')
    log('error', 'Dovecot does not let app passwords in: run doctor', { passdb: seen.not })
  await recordAppPasswords(db, config.name, seen && ('works' in seen ? seen.works : 'off'))
}

/** The mapping has names that the database lacks, or the database user lacks rights. No task was started. */
export class NotAllowed extends Error {
  override name = 'NotAllowed'
}

/** Checked first: a task that fails at a statement may already have changed a key or moved mail. @throws NotAllowed */
async function requireRights({ db, config, log }: Connector) {
  const { absent } = await leaveOutAbsent(db, config.mapping)
  if (absent.length > 0) log('info', 'tables of COMPANION_DELETE left out', { tables: listOf(absent) })
  const refusals = await findRefusals(db, config.mapping)
  if (refusals.length === 0) return
  const lines = refusals.map(({ what, why }) => `the database does not let the connector ${what} (${why})`)
  throw new NotAllowed(`no task was begun, run doctor: ${lines.join('; ')}`)
}

const listOf = (tables: Name[]): string => tables.map(({ path }) => path.join('.')).join(', ')

/** Carries out one task as far as possible and records how it went. @returns whether it went well */
async function attempt(context: Connector & { task: Claim }): Promise<boolean> {
  const { task, db, config, log } = context
  const started = performance.now()
  const logOutcome = async (result: string, error: TaskError | null) => {
    const ms = Math.round(performance.now() - started)
    const { id, kind, mailbox, attempts } = task
    log(error === null ? 'info' : 'error', `task ${result}`, { task: id, kind, mailbox, attempt: attempts, error, ms })
    if (error !== null) await recordFailure(db, config.name, error).catch(() => undefined)
  }
  const finished = async (outcome: TaskError | null) => {
    const error = await finish(context, outcome)
    await logOutcome(error === null ? 'done' : 'failed', error)
    return error === null
  }

  try {
    // Each attempt died or was killed, and the next would be too.
    const hopeless = task.attempts > config.attempts && !task.touched
    return await finished(await carryOut(context, hopeless))
  } catch (thrown) {
    log('error', 'attempt ended', { task: task.id, reason: reasonOf(thrown) })
    if (thrown instanceof LeaseLost) return false

    try {
      const error = categoryOf(thrown)
      if (thrown instanceof MailboxGone) {
        await transaction(db, (connection) => end(connection, task, error))
        await context.mailStore.forgetHome(task.id)
        await logOutcome('failed', error)
      } else if (isFinal(thrown) || (task.attempts >= config.attempts && !task.touched)) {
        await finished(error)
      } else {
        const wait = Math.min(config.retrySeconds * 2 ** Math.min(task.attempts - 1, 20), config.retryMaxSeconds)
        await retryLater(db, task, error, wait)
        await logOutcome('to be tried again', error)
      }
    } catch (again) {
      // When the lease runs out, the next run picks the task up.
      log('error', 'task left as it is', { task: task.id, reason: reasonOf(again) })
    }
    return false
  }
}

/** Errors that another attempt would not change. */
const isFinal = (thrown: unknown): boolean =>
  [ChangedElsewhere, LockUnproven, AddressNotForDoveadm].some((kind) => thrown instanceof kind)

function categoryOf(thrown: unknown): TaskError {
  if (thrown instanceof ChangedElsewhere) return 'changed_elsewhere'
  if (thrown instanceof LockUnproven) return 'seal'
  if (thrown instanceof UnsafeHome) return 'unsafe_home'
  return thrown instanceof UnknownMailbox || thrown instanceof MailboxGone ? 'unknown_mailbox' : 'mail_host'
}

/** What the log says of an error: our own message, or else a code, because a database's message may quote values. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unexpected'
  const kinds = [MailHostError, UnsafeHome, UnknownMailbox, MailboxGone, LeaseLost, ChangedElsewhere, LockUnproven]
  if (kinds.some((kind) => thrown instanceof kind)) return thrown.message
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : `unexpected (${thrown.name})`
}

/**
 * Does what the task says, provided that the web app sealed it and that it was not carried out before.
 * @param hopeless fail the task with `mail_host` instead, once its seal has been checked
 * @returns null, or why the task was refused or cannot be done; the mailbox then has its old key
 */
async function carryOut(context: TaskContext, hopeless: boolean): Promise<TaskError | null> {
  const { task, config, db, journal, mailStore } = context
  // Loaded only when there is a task, so that an empty pass takes little longer than starting Node.
  const { open, SealError } = await import('./contract/seal.ts')
  const openAs = async <K extends TaskKind>(kind: K) => {
    const payload = await open(config.keys, { ...task, kind }, task.sealed ?? '')
    task.opened = true
    if ('newKeyPassword' in payload) task.rekey = payload
    return payload
  }
  const unlessOver = async <K extends TaskKind>(
    kind: K,
    act: (payload: TaskPayloads[K]) => Promise<TaskError | null>,
  ) => {
    const payload = await openAs(kind)
    // A note goes before the row, which may be gone by now, or another's.
    task.user = (await mailStore.recallUser(task.id)) ?? (await findLogin(db, config.mapping, task.mailbox))
    if (hopeless) return 'mail_host'
    return (await journal.has(task.id)) ? endAgain(context, payload) : act(payload)
  }

  try {
    if (task.kind === 'create') return await unlessOver('create', (payload) => create(context, payload))
    if (task.kind === 'rekey') return await unlessOver('rekey', (payload) => rekey(context, payload))
    return await unlessOver('delete', (payload) => remove(context, payload))
  } catch (error) {
    if (error instanceof SealError) return 'seal'
    throw error
  }
}

/**
 * Ends the task and its lock in one transaction. If its seal or its lock is not proven, only the task's own row is
 * written.
 * @returns how the task ended
 */
async function finish(context: TaskContext, outcome: TaskError | null): Promise<TaskError | null> {
  const { db, task, journal, log } = context
  // An unsealed task leaves no note: its id may be anything, even that of a task still to come.
  const genuine = task.opened && outcome !== 'seal' && outcome !== 'replayed'
  const user = task.user ?? task.mailbox
  if (genuine) await journal.begin(task.id, user)

  const error = await transaction(db, async (connection) => {
    const reached = genuine ? await release(connection, context, outcome) : outcome
    await end(connection, task, reached)
    return reached
  })

  if (!genuine) return error
  await afterTheEnd(context, task.id, user).catch((thrown: unknown) => {
    log('error', 'the cached log-ins are to be forgotten later', { task: task.id, reason: reasonOf(thrown) })
  })
  return error
}

/**
 * Takes the task's lock away, and sets the new hash if the change succeeded, which the credentials follow.
 * @returns how the task ends
 */
async function release(db: Db, context: TaskContext, error: TaskError | null): Promise<TaskError | null> {
  const { config, task } = context
  if (error === null && task.kind === 'delete') return null
  // A mailbox whose setup failed stays locked.
  if (error !== null && error !== 'changed_elsewhere' && task.kind === 'create') return error

  const newHash = error === null ? task.newHash : null
  const isRekeyed = error === null && task.rekey !== null
  const hashBefore = isRekeyed ? await findRealHash(db, config.locking, task.mailbox) : null
  const unlocked = await unlockMailbox(db, config.locking, task.mailbox, lockOf(task), newHash).catch(
    (thrown: unknown): Unlocking => {
      // There is nothing left to open; the task ends as it would have.
      if (error !== null && thrown instanceof MailboxGone) return 'held'
      throw thrown
    },
  )
  if (unlocked === 'changed_elsewhere') return 'changed_elsewhere'
  if (unlocked === 'unproven') return 'seal'
  if (error === null && task.rekey !== null) await wrapAnew(db, context, task.rekey, hashBefore)
  return error
}

/** Log-ins that failed while the mailbox was locked would keep failing until the mail host's cache forgets them. */
async function afterTheEnd(
  { doveadm, journal, mailStore }: Pick<TaskContext, 'doveadm' | 'journal' | 'mailStore'>,
  id: string,
  user: string,
) {
  await mailStore.forgetHome(id)
  await doveadm.forgetLogins(user).catch((error: unknown) => {
    // No task touches such a mailbox, and trying again could not help.
    if (!(error instanceof AddressNotForDoveadm)) throw error
  })
  await journal.end(id)
}

/**
 * Records on this host which deletions were cancelled. Anyone who can write to the database could put one back into the
 * queue with its old payload, whose seal would still open.
 */
async function noteCancelled({ db, journal, mailStore, log }: Connector) {
  for (const id of await listCancelledDeletions(db)) {
    try {
      if (await journal.has(id)) continue
      await journal.end(id)
      await mailStore.forgetHome(id)
    } catch (error) {
      log('error', 'a cancelled deletion cannot be noted in STATE_FOLDER', { task: id, reason: reasonOf(error) })
    }
  }
}

/** Finishes what a run left undone that was killed after it had ended its task in the database. */
async function endWhatWasEnding(connector: Connector, isInHand: (id: string) => boolean) {
  const { db, journal, log } = connector
  const ending = await journal.listEnding()
  const left = [...ending.keys()].filter((id) => !isInHand(id))
  if (left.length === 0) return

  for (const id of await listEnded(db, left)) {
    await afterTheEnd(connector, id, ending.get(id) ?? '').catch((thrown: unknown) => {
      log('error', 'the cached log-ins are to be forgotten later', { task: id, reason: reasonOf(thrown) })
    })
  }
}
