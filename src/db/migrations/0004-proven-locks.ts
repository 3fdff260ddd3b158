import type { Migration } from './migration.ts'

/**
 * A lock knows what it wrote, and proves that one of the two programs wrote it. A time in place of a flag marks a
 * mailbox whose log-ins the connector has to end, so that a mark set in the meantime is not lost.
 */
export const provenLocks: Migration = {
  name: '0004-proven-locks',
  statements: [
    `ALTER TABLE colombier_mailboxes ADD COLUMN
  lock_value  VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
              COMMENT 'what stands in the password column while the lock holds, or a digest of it' AFTER kept_hash`,
    `ALTER TABLE colombier_mailboxes ADD COLUMN
  lock_row    VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
              COMMENT 'the id of the mail server''s row that was locked; NULL: not told' AFTER lock_value`,
    `ALTER TABLE colombier_mailboxes ADD COLUMN
  lock_proof  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
              COMMENT 'that one of the two programs wrote the lock' AFTER lock_row`,
    `ALTER TABLE colombier_mailboxes MODIFY COLUMN
  end_sessions BIGINT UNSIGNED NOT NULL DEFAULT 0
               COMMENT 'locked at this microsecond: the connector ends what is logged in'`,
    `ALTER TABLE colombier_mailboxes ADD COLUMN
  flush_logins BIGINT UNSIGNED NOT NULL DEFAULT 0
               COMMENT 'opened at this microsecond: the connector has cached log-ins forgotten' AFTER end_sessions`,
    'ALTER TABLE colombier_mailboxes ADD KEY flush_logins (flush_logins)',
  ],
}
