import { randomBytes } from 'node:crypto'
import { sql, type Name, type Sql } from './sql.ts'

/** Ids of rows as text, where their columns may hold raw bytes, and new ones. */

/** What the column of an id holds, as text: of raw bytes their hexadecimal digits. */
export const idText = (id: Name): Sql => (id.isRaw ? sql`HEX(${id})` : sql`CAST(${id} AS CHAR)`)

/** The id of this text, as the column holds it. */
export const idFromText = (id: Name, text: string): Sql | string => (id.isRaw ? sql`UNHEX(${text})` : text)

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A new ULID, 48 bits of time and 80 of chance (github.com/ulid/spec): as text, or its bytes in hexadecimal digits. */
export function newUlid(as: 'text' | 'hex', now = Date.now()): string {
  const hex = now.toString(16).padStart(12, '0') + randomBytes(10).toString('hex')
  if (as === 'hex') return hex
  const bits = BigInt(`0x${hex}`)
  return Array.from({ length: 26 }, (_, at) => letters[Number((bits >> BigInt(125 - 5 * at)) & 31n)]).join('')
}
