import { createPool } from 'mysql2/promise'
import type { ConnectorConfig } from './config.ts'
import { prepareConnections } from './contract/database.ts'
import { MailboxGone, unlockMailbox } from './contract/lock.ts'
import type { TaskError, TaskKind } from './contract/tasks.ts'
import { AddressNotForDoveadm, createDoveadm, MailHostError } from './doveadm.ts'
import { recordFailure } from './heartbeat.ts'
import { createJournal } from './journal.ts'
import { sayOnce, type Log } from './log.ts'
import { leaveOutAbsent } from './mapping/optional-companions.ts'
import type { Name } from './mapping/sql.ts'
import { createMailStore, UnsafeHome } from './mail-store.ts'
import { createPostfix } from './postfix.ts'
import {
  areSessionsToEnd,
  claim,
  end,
  LeaseLost,
  listCancelledDeletions,
  listDue,
  listEnded,
  listSessionsToEnd,
  markSessionsEnded,
  retryLater,
  seeWhatWaits,
  transaction,
  type Claim,
} from './queue.ts'
import { findRefusals } from './rights.ts'
import { UnknownMailbox, type TaskContext } from './tasks/context.ts'
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
  }
}

/** Carries out the tasks that are due, up to `LANES` at a time; a single pass takes up each of them once. */
export function createLanes(connector: Connector, { eachOnce = false } = {}) {
  const { config, db } = connector
  // For work that is retried at each pass.
  const again = { ...connector, log: sayOnce(connector.log) }
  const busy = new Set<Promise<void>>()
  const begun = new Set<string>()
  let failed = 0
  let broken: Error | null = null
  let mayBegin = false

  const carry = async (id: string) => {
    try {
      const task = await claim(db, id, config.lease.leaseSeconds)
      if (task && !(await attempt({ ...connector, task }))) failed++
    } catch (error) {
      broken ??= error instanceof Error ? error : new Error('unknown')
    }
  }
  const throwWhatBroke = () => {
    if (broken === null) return
    const error = broken
    broken = null
    throw error
  }

  return {
    /**
     * Starts the tasks that are due, but does not wait for them to end: a slow task delays others only when it occupies
     * the last free lane. Starts nothing more after the signal.
     * @returns how many were started: if there were any, more may be due
     * @throws NotAllowed; the database's error when it cannot be reached
     */
    async begin(signal?: AbortSignal): Promise<number> {
      await endWhatWasEnding(again)
      const waits = await seeWhatWaits(db)
      if (waits.cancelled) await noteCancelled(again)
      if (waits.sessions && !(await endSessionsOfLocked(connector))) failed++
      const due = waits.due ? (await listDue(db)).filter((id) => !begun.has(id)) : []
      if (due.length > 0 && !mayBegin) await requireRights(connector)
      mayBegin ||= due.length > 0
      for (const id of due) {
        while (busy.size >= config.lanes) await Promise.race(busy)
        if (broken !== null || signal?.aborted) break
        if (eachOnce) begun.add(id)
        const work: Promise<void> = carry(id).finally(() => busy.delete(work))
        busy.add(work)
      }
      throwWhatBroke()
      return due.length
    },

    /**
     * Waits for the tasks that were started.
     * @returns the number of tasks that did not end well
     * @throws the database's error when it cannot be reached
     */
    async end(): Promise<number> {
      await Promise.all(busy)
      throwWhatBroke()
      return failed
    },
  }
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
  const say = async (result: string, error: TaskError | null) => {
    const ms = Math.round(performance.now() - started)
    const { id, kind, mailbox, attempts } = task
    log(error === null ? 'info' : 'error', `task ${result}`, { task: id, kind, mailbox, attempt: attempts, error, ms })
    if (error !== null) await recordFailure(db, config.name, error).catch(() => undefined)
  }
  const finished = async (error: TaskError | null) => {
    await finish(context, error)
    await say(error === null ? 'done' : 'failed', error)
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
        await say('failed', error)
      } else if (task.attempts >= config.attempts && !task.touched) {
        await finished(error)
      } else {
        const wait = Math.min(config.retrySeconds * 2 ** Math.min(task.attempts - 1, 20), config.retryMaxSeconds)
        await retryLater(db, task, error, wait)
        await say('to be tried again', error)
      }
    } catch (again) {
      // When the lease runs out, the next run picks the task up.
      log('error', 'task left as it is', { task: task.id, reason: reasonOf(again) })
    }
    return false
  }
}

function categoryOf(thrown: unknown): TaskError {
  if (thrown instanceof UnsafeHome) return 'unsafe_home'
  return thrown instanceof UnknownMailbox || thrown instanceof MailboxGone ? 'unknown_mailbox' : 'mail_host'
}

/** What the log says of an error: our own message, or else a code, because a database's message may quote values. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unexpected'
  const ours = [MailHostError, UnsafeHome, UnknownMailbox, MailboxGone, LeaseLost].some(
    (kind) => thrown instanceof kind,
  )
  if (ours) return thrown.message
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : `unexpected (${thrown.name})`
}

/**
 * Does what the task says, provided that the web app sealed it and that it was not carried out before.
 * @param hopeless fail the task with `mail_host` instead, once its seal has been checked
 * @returns null, or why the task was refused or cannot be done; the mailbox then has its old key
 */
async function carryOut(context: TaskContext, hopeless: boolean): Promise<TaskError | null> {
  const { task, config, journal } = context
  // Loaded only when there is a task, so that an empty pass takes little longer than starting Node.
  const { open, SealError } = await import('./contract/seal.ts')
  const openAs = async <K extends TaskKind>(kind: K) => {
    const payload = await open(config.keys, { ...task, kind }, task.sealed ?? '')
    task.opened = true
    return payload
  }
  const refusal = async (): Promise<TaskError | null> =>
    (await journal.has(task.id)) ? 'replayed' : hopeless ? 'mail_host' : null

  try {
    if (task.kind === 'create') {
      const payload = await openAs('create')
      return (await refusal()) ?? (await create(context, payload))
    }
    if (task.kind === 'rekey') {
      const payload = await openAs('rekey')
      return (await refusal()) ?? (await rekey(context, payload))
    }
    await openAs('delete')
    return (await refusal()) ?? (await remove(context))
  } catch (error) {
    if (error instanceof SealError) return 'seal'
    throw error
  }
}

/** Ends the task and releases its lock in one transaction. A mailbox that could not be set up stays locked. */
async function finish(context: TaskContext, error: TaskError | null) {
  const { db, config, task, journal, log } = context
  // A task that was not sealed is not recorded: its id may be anything, even that of a genuine task still to come.
  const genuine = task.opened && error !== 'replayed'
  if (genuine) await journal.begin(task.id, task.mailbox)

  await transaction(db, async (connection) => {
    const removed = task.kind === 'delete' && error === null
    if (!removed && (error === null || task.kind !== 'create')) {
      const newHash = error === null ? task.newHash : null
      const lock = task.kind === 'create' ? 'setup' : 'task'
      await unlockMailbox(connection, config.mapping, task.mailbox, lock, newHash).catch((thrown: unknown) => {
        // There is nothing left to unlock, and the task ends all the same.
        if (error === null || !(thrown instanceof MailboxGone)) throw thrown
      })
    }
    await end(connection, task, error)
  })

  if (!genuine) return
  await afterTheEnd(context, task.id, task.mailbox).catch((thrown: unknown) => {
    log('error', 'the cached log-ins are to be forgotten later', { task: task.id, reason: reasonOf(thrown) })
  })
}

/** Log-ins that failed while the mailbox was locked would keep failing until the mail host's cache forgets them. */
async function afterTheEnd(
  { doveadm, journal, mailStore }: Pick<TaskContext, 'doveadm' | 'journal' | 'mailStore'>,
  id: string,
  mailbox: string,
) {
  await mailStore.forgetHome(id)
  await doveadm.forgetLogins(mailbox).catch((error: unknown) => {
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

/** Ends the sessions of mailboxes that were locked since the last pass. @returns whether all could be ended */
async function endSessionsOfLocked({ db, doveadm, log }: Connector): Promise<boolean> {
  let well = true
  for (const mailbox of await listSessionsToEnd(db)) {
    try {
      // Its owner may be back by now: the mailboxes before it in the list took their time.
      if (await areSessionsToEnd(db, mailbox)) {
        await doveadm.kick(mailbox)
        await doveadm.forgetLogins(mailbox)
      }
      await markSessionsEnded(db, mailbox)
    } catch (error) {
      if (!(error instanceof MailHostError)) throw error
      log('error', 'sessions could not be ended', { mailbox, reason: error.message })
      well = false
    }
  }
  return well
}

/** Finishes what a run left undone that was killed after it had ended its task in the database. */
async function endWhatWasEnding(connector: Connector) {
  const { db, journal, log } = connector
  const ending = await journal.listEnding()
  if (ending.size === 0) return

  for (const id of await listEnded(db, [...ending.keys()])) {
    await afterTheEnd(connector, id, ending.get(id) ?? '').catch((thrown: unknown) => {
      log('error', 'the cached log-ins are to be forgotten later', { task: id, reason: reasonOf(thrown) })
    })
  }
}
