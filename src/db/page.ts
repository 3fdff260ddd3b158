/** One page of a list that is read by keyset: no page asks the database for more than its own rows. */
export interface Paged<T> {
  rows: T[]
  /** after which row the next page begins; null on the last one */
  next: string | null
}

export const PAGE_ROWS = 50

/** Cuts off the extra row that was read to see whether there is another page. */
export function toPage<T>(rows: T[], cursorOf: (row: T) => string, size = PAGE_ROWS): Paged<T> {
  const page = rows.slice(0, size)
  const last = page.at(-1)
  return { rows: page, next: rows.length > size && last !== undefined ? cursorOf(last) : null }
}

/** What counts stop at: more is shown as "1,000+". */
export const COUNT_CAP = 1001

/** A LIKE pattern for texts that start with this prefix; its own wildcards are escaped. */
export const likePrefix = (prefix: string): string => `${prefix.replace(/[\\%_]/g, '\\$&')}%`
