import { createHash } from 'node:crypto'

/**
 * One step from one version of Colombier's own tables to the next. Once released it never changes: a later change is
 * another migration.
 */
export interface Migration {
  /** four digits and what it is about; they are applied in this order */
  name: string
  /**
   * Each statement is recorded once it is done. If a run dies before the record, the next run repeats the statement:
   * data change in one transaction with the record, and a table, column or key that exists or is gone already is no
   * error.
   */
  statements: string[]
}

/** SHA-256 of its statements, in hexadecimal. */
export const checksum = ({ statements }: Migration): string =>
  createHash('sha256').update(JSON.stringify(statements)).digest('hex')
