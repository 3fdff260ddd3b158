import type { PoolConnection } from 'mysql2/promise'
import type { LockKey } from '../../connector/contract/lock-record.ts'
import { MailboxGone, readLocks, unlockMailbox, type Locking, type Unlocking } from '../../connector/contract/lock.ts'
import type { TaskKind } from '../../connector/contract/tasks.ts'
import type { Mapping } from '../../connector/mapping/mapping.ts'
import type { Config } from '../config.ts'
import { record, type AuditAction } from '../db/audit.ts'
import { enqueue } from '../db/outbox.ts'
import { setNewStart } from '../db/mailboxes.ts'
import { listForMany } from '../db/mail/aliases.ts'
import { transaction, type Pool } from '../db/store.ts'
import { claimNotice, claimReminder, hasOpenTask, listToNotify, listToRemind, type EndedTask } from '../db/tasks.ts'
import { messagesFor, type Messages } from '../i18n/languages.ts'
import { domainOf } from '../lib/addresses.ts'
import { tellChangedElsewhere } from '../mailbox/changed-elsewhere.ts'
import { patternFor } from '../lib/mail-client.ts'
import { mailProgramPath } from '../ui/mail-program-path.ts'
import { forEach } from './for-each.ts'
import { renderMail, type MailContent } from '../mails/render.tsx'

/**
 * Tells owners, by mail and in the history of the mailbox, how their tasks ended. The task is marked in the transaction
 * that writes the mail: every end is told once, whoever ended it and however many processes run this.
 */
export async function notifyEnded(
  pool: Pool,
  config: Pick<Config, 'language' | 'origin' | 'mapping' | 'mailClient' | 'sessionSecrets'>,
  lockKey: LockKey,
): Promise<void> {
  const locking = { mapping: config.mapping, lockKey }
  await forEach(await listToNotify(pool), ({ id, mailbox, refused }) =>
    transaction(pool, async (db) => {
      const unlocked = refused ? await giveBack(db, locking, mailbox) : null
      const task = await claimNotice(db, id)
      if (task === null) return
      const action = actions[task.kind][task.state]
      await record(db, { action, mailbox: task.mailbox, ...(task.error && { subject: task.error }) })
      if (task.kind === 'create' && task.state === 'done') await setNewStart(db, task.mailbox, false)
      if (unlocked === 'changed_elsewhere') await tellChangedElsewhere(db, config, task.mailbox)
      if (task.error === 'changed_elsewhere') await tellChangedElsewhere(db, config, task.mailbox, { knows: true })
      if (task.kind === 'delete' && task.state === 'done') await tellWhatLeadsNowhere(db, config.mapping, task.mailbox)

      if (task.recipient === null) return
      const t = messagesFor(task.language, config.language)
      const isReady = task.kind === 'create' && task.state === 'done'
      const link = isReady && hasClient(config, task.mailbox) ? programLink(t, config.origin, task.mailbox) : null
      const mail = renderMail(t, { ...describeEnd(t, task), link: link ?? linkOf(t, config.origin) })
      await enqueue(db, config, { to: task.recipient, ...mail })
    }),
  )
}

/** A catch-all is not deleted with the mailbox that it leads to: the history tells those who manage its domain. */
async function tellWhatLeadsNowhere(db: PoolConnection, mapping: Mapping, mailbox: string) {
  for (const address of await listForMany(db, mapping, mailbox)) {
    const domain = domainOf(address) || domainOf(mailbox)
    await record(db, { action: 'alias.leads_nowhere', mailbox, domain, subject: address })
  }
}

/**
 * Opens a mailbox whose task the connector refused, since the connector then writes nothing to the mail server's row.
 * The lock itself has to be proven here, so that the hash that comes back is the one that was there.
 */
async function giveBack(db: PoolConnection, locking: Locking, mailbox: string): Promise<Unlocking | null> {
  try {
    // The mailbox's row first: everybody takes the rows in this order.
    await readLocks(db, locking, mailbox)
    return (await hasOpenTask(db, mailbox)) ? null : await unlockMailbox(db, locking, mailbox, 'task')
  } catch (error) {
    if (!(error instanceof MailboxGone)) throw error
    return null
  }
}

/** Reminds owners, by mail, of deletions that are a day away. */
export async function remindOfDeletions(
  pool: Pool,
  config: Pick<Config, 'language' | 'origin' | 'sessionSecrets'>,
): Promise<void> {
  await forEach(await listToRemind(pool), (id) =>
    transaction(pool, async (db) => {
      const pending = await claimReminder(db, id)
      if (pending === null) return

      const t = messagesFor(pending.language, config.language)
      const content = t.mails.deletionReminder(pending.mailbox, pending.notBefore)
      await enqueue(db, config, {
        to: pending.recipient,
        ...renderMail(t, { ...content, link: linkOf(t, config.origin) }),
      })
    }),
  )
}

const linkOf = (t: Messages, origin: string) => ({ label: t.mails.open, url: `${origin}/mailboxes` })

const hasClient = ({ mailClient }: Pick<Config, 'mailClient'>, mailbox: string): boolean =>
  patternFor(mailClient, domainOf(mailbox)) !== null

const programLink = (t: Messages, origin: string, mailbox: string) => ({
  label: t.mailPrograms.title,
  url: origin + mailProgramPath(mailbox),
})

const actions = {
  create: { done: 'mailbox.created', failed: 'mailbox.creation_failed' },
  rekey: { done: 'password.changed', failed: 'password.change_failed' },
  delete: { done: 'deletion.done', failed: 'deletion.failed' },
} as const satisfies Record<TaskKind, Record<EndedTask['state'], AuditAction>>

function describeEnd(t: Messages, { kind, state, mailbox, error }: EndedTask): Omit<MailContent, 'link'> {
  const reason = error ?? 'mail_host'
  const done = state === 'done'
  switch (kind) {
    case 'create':
      return done ? t.mails.created(mailbox) : t.mails.creationFailed(mailbox, t.mailboxes.setUpFailed[reason])
    case 'rekey':
      return done
        ? t.mails.passwordChanged(mailbox)
        : t.mails.passwordRolledBack(mailbox, t.mailboxes.changeFailed[reason])
    case 'delete':
      return done ? t.mails.deletionDone(mailbox) : t.mails.deletionFailed(mailbox, t.mailboxes.deletionFailed[reason])
  }
}
