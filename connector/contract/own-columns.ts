/** The only columns that it may fill in a row of its own: it tries Dovecot with a throw-away mailbox. */
export const CONNECTOR_INSERTS = {
  colombier_mailboxes: ['address', 'created_at'],
  colombier_credentials: [
    'mailbox',
    'kind',
    'name',
    'protocols',
    'lookup',
    'salt',
    'wrapped',
    'sealed',
    'proof',
    'created_at',
  ],
} as const

/**
 * The only columns of Colombier's mailboxes and tasks that the connector's database user may UPDATE.
 */
export const CONNECTOR_WRITES = {
  colombier_mailboxes: ['locks', 'kept_hash', 'lock_value', 'lock_row', 'lock_proof', 'end_sessions', 'flush_logins'],
  colombier_credentials: ['salt', 'wrapped', 'sealed', 'proof'],
  colombier_tasks: [
    'state',
    'attempts',
    'lease',
    'leased_until',
    'retry_at',
    'touched',
    'payload',
    'new_hash',
    'error',
    'finished_at',
  ],
} as const
