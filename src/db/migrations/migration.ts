import { createHash } from 'node:crypto'

/**
 * One step from one version of Colombier's own tables to the next. Once released it is never changed: what comes after it
 * is another one.
 */
export interface Migration {
  /** four digits and what it is about; they are applied in this order */
  name: string
  /**
   * Each is recorded when it was done, and done again by the next run where a run died in between: data are changed in
   * one transaction with the record, and a table, column or key that is there already, or gone already, is no error.
   */
  statements: string[]
}

/** SHA-256 of its statements, in hexadecimal. */
export const checksum = ({ statements }: Migration): string =>
  createHash('sha256').update(JSON.stringify(statements)).digest('hex')
