import { createPool } from 'mysql2/promise'
import type { ConnectorConfig } from './config.ts'
import { MailboxGone, unlockMailbox } from './contract/lock.ts'
import type { TaskError, TaskKind } from './contract/tasks.ts'
import { createDoveadm } from './doveadm.ts'
import { recordFailure } from './heartbeat.ts'
import { createJournal } from './journal.ts'
import type { Log } from './log.ts'
import { claim, end, LeaseLost, listDue, retryLater, transaction, type Claim } from './queue.ts'
import { create } from './tasks/create.ts'
import { rekey } from './tasks/rekey.ts'
import { UnknownMailbox, type TaskContext } from './tasks/context.ts'

export type Connector = Omit<TaskContext, 'task'> & { log: Log }

export function openConnector(config: ConnectorConfig, log: Log): Connector {
  return {
    config,
    log,
    db: createPool({ ...config.database, connectionLimit: config.lanes + 1 }),
    doveadm: createDoveadm(config.doveadm),
    journal: createJournal(config.stateFolder),
  }
}

/**
 * One pass over what is due, each task once, several at a time.
 * @returns the number of tasks that did not end well
 * @throws what the database answered, when it can't be reached
 */
export async function pass(connector: Connector): Promise<number> {
  const due = await listDue(connector.db)
  if (due.length === 0) return 0
  let failed = 0

  const lane = async () => {
    for (let id = due.shift(); id !== undefined; id = due.shift()) {
      const task = await claim(connector.db, id, connector.config.leaseSeconds)
      if (task && !(await attempt({ ...connector, task }))) failed++
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(connector.config.lanes, due.length) }, lane))

  const broken = lanes.find((result) => result.status === 'rejected')
  if (broken) throw broken.reason
  return failed
}

/** Carries out one task as far as it goes, and writes down how it went. @returns whether all is well */
async function attempt(context: Connector & { task: Claim }): Promise<boolean> {
  const { task, db, config, log } = context
  const started = performance.now()
  const say = async (result: string, error: TaskError | null) => {
    const ms = Math.round(performance.now() - started)
    const { id, kind, mailbox, attempts } = task
    log(error === null ? 'info' : 'error', `task ${result}`, { task: id, kind, mailbox, attempt: attempts, error, ms })
    if (error !== null) await recordFailure(db, config.name, error)
  }

  try {
    const error = await carryOut(context)
    await finish(context, error)
    await say(error === null ? 'done' : 'failed', error)
    return error === null
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : 'unknown'
    log('error', 'attempt ended', { task: task.id, reason })
    if (thrown instanceof LeaseLost) return false

    const error = categoryOf(thrown)
    if (thrown instanceof MailboxGone) {
      await transaction(db, (connection) => end(connection, task, error))
      await say('failed', error)
    } else if (task.attempts >= config.attempts && !task.touched) {
      await finish(context, error)
      await say('failed', error)
    } else {
      const wait = Math.min(config.retrySeconds * 2 ** Math.min(task.attempts - 1, 20), config.retryMaxSeconds)
      await retryLater(db, task, error, wait)
      await say('to be tried again', error)
    }
    return false
  }
}

const categoryOf = (thrown: unknown): TaskError =>
  thrown instanceof UnknownMailbox || thrown instanceof MailboxGone ? 'unknown_mailbox' : 'mail_host'

/**
 * Does what the task says, if the web app sealed it and it was not done before.
 * @returns null, or why it was refused or can't be done; the mailbox then has its old key
 */
async function carryOut(context: TaskContext): Promise<TaskError | null> {
  const { task, config, journal } = context
  // Loaded when there is a task: an empty pass takes about as long as Node takes to start.
  const { open, SealError } = await import('./contract/seal.ts')
  const openAs = <K extends TaskKind>(kind: K) => open(config.keys, { ...task, kind }, task.sealed ?? '')

  try {
    if (task.kind === 'create') {
      const payload = await openAs('create')
      return (await journal.has(task.id)) ? 'replayed' : await create(context, payload)
    }
    const payload = await openAs('rekey')
    return (await journal.has(task.id)) ? 'replayed' : await rekey(context, payload)
  } catch (error) {
    if (error instanceof SealError) return 'seal'
    throw error
  }
}

/** Ends the task and what it held, in one transaction. A mailbox that could not be set up stays locked. */
async function finish({ db, config, task, journal }: TaskContext, error: TaskError | null) {
  await transaction(db, async (connection) => {
    if (error === null || task.kind !== 'create') {
      const newHash = error === null ? task.newHash : null
      await unlockMailbox(connection, config.mapping, task.mailbox, 'task', newHash)
    }
    await end(connection, task, error)
  })
  await journal.add(task.id)
}
