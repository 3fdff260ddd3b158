import type { Migration } from './migration.ts'

/** A reader of the database finds no link there that still works; opening a link twice says that it is done. */
export const sealedMailsAndUsedLinks: Migration = {
  name: '0005-sealed-mails-and-used-links',
  statements: [
    `ALTER TABLE colombier_registrations
  MODIFY COLUMN password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL
                              COMMENT 'argon2id; from the confirmation to the decision',
  MODIFY COLUMN token_hash    BINARY(32) NULL COMMENT 'SHA-256 of what the link carries'`,
    `ALTER TABLE colombier_links
  ADD COLUMN used_at DATETIME(6) NULL COMMENT 'kept until it expires, to tell who opens it twice that it was done'`,
    `ALTER TABLE colombier_outbox
  MODIFY COLUMN text_body TEXT NOT NULL COMMENT 'sealed, for the links in it',
  MODIFY COLUMN html_body TEXT NOT NULL COMMENT 'sealed'`,
  ],
}
