export type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

const everything: Privilege[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']

/** Colombier's own tables, and what the web app may do with each. */
export const OWN_TABLES: Record<string, Privilege[]> = {
  colombier_accounts: everything,
  colombier_grants: everything,
  colombier_sessions: everything,
  colombier_totp: everything,
  colombier_backup_codes: everything,
  colombier_account_events: everything,
  colombier_passkeys: everything,
  colombier_challenges: everything,
  colombier_links: everything,
  colombier_registrations: everything,
  colombier_registration_notes: everything,
  colombier_mailboxes: everything,
  colombier_tasks: ['SELECT', 'INSERT', 'UPDATE'],
  colombier_credentials: everything,
  colombier_recoveries: everything,
  colombier_connectors: ['SELECT'],
  colombier_reservations: everything,
  colombier_audit: ['SELECT', 'INSERT'],
  colombier_outbox: everything,
  colombier_rate_limits: everything,
  colombier_settings: everything,
  colombier_migrations: ['SELECT'],
}
