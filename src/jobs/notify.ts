import type { TaskError } from '../../connector/contract/tasks.ts'
import type { Config } from '../config.ts'
import { record, type AuditAction } from '../db/audit.ts'
import { enqueue } from '../db/outbox.ts'
import { transaction, type Pool } from '../db/store.ts'
import { claimNotice, listToNotify, type EndedTask } from '../db/tasks.ts'
import { catalogues, isLanguage, type Messages } from '../i18n/languages.ts'
import { renderMail, type MailContent } from '../mails/render.tsx'

/**
 * Tells owners, by mail and in the history of the mailbox, how their tasks ended. The task is marked in the transaction
 * that writes the mail: every end is told once, whoever ended it and however many processes run this.
 */
export async function notifyEnded(pool: Pool, config: Pick<Config, 'language' | 'origin'>): Promise<void> {
  for (const id of await listToNotify(pool)) {
    await transaction(pool, async (db) => {
      const task = await claimNotice(db, id)
      if (task === null) return
      await record(db, { action: actionOf(task), mailbox: task.mailbox, ...(task.error && { subject: task.error }) })

      if (task.recipient === null) return
      const t = catalogues[isLanguage(task.language) ? task.language : config.language]
      const content = describeEnd(t, task, config.origin)
      await enqueue(db, { to: task.recipient, ...renderMail(t, content) })
    })
  }
}

function actionOf({ kind, state }: EndedTask): AuditAction {
  if (kind === 'create') return state === 'done' ? 'mailbox.created' : 'mailbox.creation_failed'
  return state === 'done' ? 'password.changed' : 'password.change_failed'
}

function describeEnd(t: Messages, { kind, state, mailbox, error }: EndedTask, origin: string): MailContent {
  const link = { label: t.mails.open, url: `${origin}/mailboxes` }
  const reason: TaskError = error ?? 'mail_host'
  if (kind === 'create') {
    return state === 'done'
      ? { ...t.mails.created(mailbox), link }
      : { ...t.mails.creationFailed(mailbox, t.mailboxes.setUpFailed[reason]), link }
  }
  return state === 'done'
    ? { ...t.mails.passwordChanged(mailbox), link }
    : { ...t.mails.passwordRolledBack(mailbox, t.mailboxes.changeFailed[reason]), link }
}
