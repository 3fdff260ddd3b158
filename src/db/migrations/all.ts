import { firstTables } from './0001-first-tables.ts'
import type { Migration } from './migration.ts'

/** Every migration, in order. */
export const migrations: Migration[] = [firstTables]
