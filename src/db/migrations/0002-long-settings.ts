import type { Migration } from './migration.ts'

/** What the setup keeps between its steps is longer than the 500 characters that the column had. */
export const longSettings: Migration = {
  name: '0002-long-settings',
  statements: ['ALTER TABLE colombier_settings MODIFY value MEDIUMTEXT NOT NULL'],
}
