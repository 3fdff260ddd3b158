import type { Name } from './mapping.ts'

/**
 * Comparisons with a column of addresses, whatever its character set and collation are. A collation that ignores case can
 * serve them from an index; that it does is a constant to the optimizer, and the rest is then left out.
 */

/** The column as text, of bytes too. */
export const asText = (column: Name): string => `CONVERT(${column} USING utf8mb4)`

/** To the byte. */
export const exactly = (column: Name): string => `${asText(column)} COLLATE utf8mb4_bin`

export const inLowerCase = (column: Name): string => `LOWER(${asText(column)}) COLLATE utf8mb4_bin`

const tellsCaseApart = (column: Name): string => `RIGHT(COLLATION(${column}), 3) <> '_ci'`

/** Is this address in any case, and no other: such collations also take é for e. Two parameters, both in lower case. */
export const isAddress = (column: Name): string =>
  `(${column} = ? OR ${tellsCaseApart(column)}) AND ${inLowerCase(column)} = ?`

/** Is this address in any case, or what the column takes for it. Two parameters, both in lower case. */
export const collidesWith = (column: Name): string =>
  `(${column} = ? OR ${tellsCaseApart(column)} AND ${inLowerCase(column)} = ?)`
