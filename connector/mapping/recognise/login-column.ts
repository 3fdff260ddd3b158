import { columnsOfPlace } from './addresses.ts'
import type { MailboxRows, Mailboxes } from './mailboxes.ts'
import type { Hints } from './queries.ts'
import type { Reason } from './recognition.ts'
import { cellsOf, distinct, isAddress, isTextual, isUnique, type SeenColumn } from './seen.ts'

/** The column with what Dovecot calls the user, where that is not the address. */
export interface Login {
  column: string
  reason: Reason
}

const names = /^(?:log_?in|(?:imap|mail|cyrus)_?(?:log_?in|user)|user(?:_?name)?|mbox|account(?:_?name)?)(?:_?name)?$/i

/**
 * @param led the column by which aliases lead to mailboxes
 * @returns null where people log in with their address, as far as can be told
 */
export function findLoginColumn(
  { table, place, password }: Mailboxes,
  { rows }: MailboxRows,
  { mailbox: asked }: Hints,
  led: string | null,
): Login | null {
  const own = [...columnsOfPlace(place), password]
  const mayBe = ({ name }: SeenColumn): boolean => {
    const held = cellsOf(
      rows.map(({ row }) => row),
      name,
    )
    const isName = held.every((cell) => cell !== null && /^[^\s/\\%*?"]+$/.test(cell) && !isAddress(cell))
    return isName && distinct(held.map((cell) => cell?.toLowerCase() ?? null)).length === held.length
  }
  const columns =
    rows.length < 2 ? [] : table.columns.filter((column) => isTextual(column) && !own.includes(column.name))
  const found = columns.filter(mayBe)
  const byName = (wanted: string | null) => found.find(({ name }) => name === wanted)

  if (asked?.table === table && asked.place) {
    const column = 'whole' in asked.place ? byName(asked.place.whole) : undefined
    return column ? { column: column.name, reason: { by: 'query' } } : null
  }
  const leading = byName(led)
  if (leading) return { column: leading.name, reason: { by: 'values', some: rows.length, all: table.rows.length } }
  const named = found.find(({ name }) => names.test(name) && (table.isView || isUnique(table, [name])))
  return named ? { column: named.name, reason: { by: 'name' } } : null
}
