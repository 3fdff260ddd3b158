import type { Db } from './store.ts'

/** What the audit log records, as `what.happened`. */
export type AuditAction =
  | 'registration.confirmed'
  | 'registration.approved'
  | 'registration.denied'
  | 'registration.reopened'
  | 'registration.noted'
  | 'mailbox.requested'
  | 'mailbox.setup_requested'
  | 'mailbox.created'
  | 'mailbox.creation_failed'
  | 'password.change_requested'
  | 'password.changed'
  | 'password.change_failed'
  | 'app_password.made'
  | 'app_password.revoked'
  | 'app_password.all_revoked'
  | 'recovery_code.made'
  | 'recovery.requested'
  | 'recovery.cancelled'
  | 'recovery.ended'
  | 'mailbox.new_start_offered'
  | 'mailbox.new_start_withdrawn'
  | 'mailbox.started_anew'
  | 'alias.added'
  | 'alias.renamed'
  | 'alias.removed'
  | 'deletion.requested'
  | 'deletion.cancelled'
  | 'deletion.done'
  | 'deletion.failed'
  | 'mailbox.locked'
  | 'mailbox.unlocked'
  | 'mailbox.given'
  | 'mailbox.claimed'
  | 'mailbox.cleared'
  | 'mailbox.changed_elsewhere'
  | 'alias.leads_nowhere'
  | 'account.role_changed'
  | 'account.activated'
  | 'account.deactivated'
  | 'account.limit_changed'
  | 'account.domain_granted'
  | 'account.domain_withdrawn'
  | 'account.super_admin_by_setup'
  | 'account.super_admin_by_command'
  | 'account.signed_in'
  | 'account.sessions_ended'
  | 'account.second_factor_added'
  | 'account.second_factor_removed'
  | 'account.second_factor_taken_away'
  | 'account.backup_codes_made'
  | 'account.backup_code_used'
  | 'account.password_changed'
  | 'account.password_reset'
  | 'account.email_changed'
  | 'account.deleted'

/** Who acts, and from where. */
export interface Actor {
  id: number
  email: string
  network: string
}

export interface AuditEvent {
  action: AuditAction
  /** who did it; absent: Colombier itself, or the mail host for it */
  actor?: Actor
  mailbox?: string
  /** whose admins may read it; the mailbox's by default */
  domain?: string
  /** the alias, account or setting, or what became of it; never a secret */
  subject?: string
}

/** Records an act, in the transaction that performs it. */
export async function record(db: Db, { action, actor, mailbox, domain, subject }: AuditEvent): Promise<void> {
  await db.execute(
    `INSERT INTO colombier_audit (at, account_id, actor, network, action, mailbox, domain, subject)
     VALUES (UTC_TIMESTAMP(6), ?, ?, ?, ?, ?, ?, ?)`,
    [
      actor?.id ?? null,
      actor?.email ?? null,
      actor?.network ?? null,
      action,
      mailbox ?? null,
      domain ?? mailbox?.split('@').at(-1) ?? null,
      subject?.slice(0, 500) ?? null,
    ],
  )
}
