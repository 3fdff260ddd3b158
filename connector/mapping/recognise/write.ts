/** How the settings write names and values: what the grammar reads. */

import { columnOf, isRaw, type SeenTable } from './seen.ts'

const plainName = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u

/** A name as the settings have it, in backticks where it needs them. */
export const writeName = (path: readonly (string | null)[]): string =>
  path
    .filter((part) => part !== null)
    .map((name) => (plainName.test(name) ? name : `\`${name.replaceAll('`', '``')}\``))
    .join('.')

/** A column with ids, as the settings have it. */
export const writeId = (table: SeenTable, name: string): string => {
  const column = columnOf(table, name)
  return `${column && isRaw(column) ? 'bytes:' : ''}${writeName([name])}`
}

/** A value as the settings have it. */
export function writeValue(value: string | null): string {
  if (value === null) return 'NULL'
  return /^(?:-?\d+|\{[\w.:]+\})$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`
}

/** What a column of a new row holds. */
export interface SetColumn {
  column: string
  /** of a number: which of its bits */
  bits?: string
  value: string | null
}

/** `column=value, …`; `-` for none. */
export const writeAssignments = (set: readonly SetColumn[]): string =>
  set.length === 0
    ? '-'
    : set
        .map(
          ({ column, bits, value }) =>
            `${writeName([column])}${bits === undefined ? '' : ` & ${bits}`}=${writeValue(value)}`,
        )
        .join(', ')
