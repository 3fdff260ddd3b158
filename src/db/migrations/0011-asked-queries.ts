import type { Migration } from './migration.ts'

/** Connectors hand over what their mail host asks its tables, for whoever describes these. */
export const askedQueries: Migration = {
  name: '0011-asked-queries',
  statements: [
    `ALTER TABLE colombier_connectors
  ADD COLUMN asked TEXT NULL COMMENT 'what the mail host asks its tables, without secrets'`,
  ],
}
