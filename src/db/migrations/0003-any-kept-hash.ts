import type { Migration } from './migration.ts'

/** The mail server's own column may be of any length and hold a password in plain text, with any letters in it. */
export const anyKeptHash: Migration = {
  name: '0003-any-kept-hash',
  statements: [
    `ALTER TABLE colombier_mailboxes MODIFY COLUMN
  kept_hash TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
            COMMENT 'the real hash while a password lock holds its place'`,
  ],
}
