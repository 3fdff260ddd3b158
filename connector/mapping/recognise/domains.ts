import {
  best,
  distinct,
  isDomain,
  isTextual,
  isUnique,
  nameScore,
  ratio,
  share,
  cellsOf,
  hashKind,
  isAddress,
  type SeenRow,
  type SeenTable,
} from './seen.ts'

/** A table that may be that of the domains. */
export interface Domains {
  table: SeenTable
  name: string
  /** the column by which other tables refer to its rows; the name where they do so by that */
  id: string
  /** names in lower case, by the id */
  nameOf: Map<string, string>
  score: number
}

const tableNames = [
  [/alias|admin|backup|relay|black|white|log|dkim|limit|dns|zone|record/i, -3],
  [/^(?:virtual_|mail_|e_|vmail_|postfix_)?(?:virtual_?)?domains?$/i, 3],
  [/domain|vdom/i, 2.5],
  [/transport|dir_control/i, 1],
] as const
const columnNames = [
  [/alias|target|parent|mx|admin|host$/i, -3],
  [/^(?:domain|name|domain_?name)$/i, 3],
  [/domain|name/i, 2],
] as const

/**
 * Every table that may be that of the domains, the likeliest first.
 * @param asked the one that the mail host asks
 */
export function findDomains(
  tables: readonly SeenTable[],
  asked: { table: SeenTable; name: string } | null = null,
): Domains[] {
  const found = findLikely(tables)
  if (asked === null) return found
  const others = found.filter(({ table }) => table !== asked.table)
  return [withIds({ ...asked, score: 100 }, tables), ...others]
}

function findLikely(tables: readonly SeenTable[]): Domains[] {
  return tables
    .flatMap((table) => {
      const hasMail = table.columns.some(
        ({ name }) =>
          ratio(share(table.rows, name, isAddress)) > 0.5 ||
          ratio(share(table.rows, name, (text) => hashKind(text) !== null && hashKind(text) !== 'bare')) > 0.5,
      )
      const referring = tables.filter(({ references }) =>
        references.some((one) => one.table === table.name && one.schema === table.schema),
      ).length
      const found = table.columns.filter(isTextual).flatMap(({ name }) => {
        const isEmpty = table.rows.length === 0
        const named = share(table.rows, name, isDomain)
        const byName = nameScore(name, columnNames)
        const byTable = nameScore(table.name, tableNames)
        if (isEmpty ? byName <= 0 || byTable < 2 : ratio(named) < 0.5) return []
        const cells = cellsOf(table.rows, name)
        if (distinct(cells).length < cells.length) return []
        const score =
          6 * ratio(named, 0.5) +
          byName +
          byTable +
          (isUnique(table, [name]) ? 2 : 0) +
          Math.min(referring * 3, 6) -
          (hasMail ? 8 : 0)
        return [{ table, name, score }]
      })
      const { first } = best(found)
      return first === null || first.score < 6 ? [] : [withIds(first, tables)]
    })
    .sort((a, b) => b.score - a.score)
}

function withIds(found: Omit<Domains, 'id' | 'nameOf'>, tables: readonly SeenTable[]): Domains {
  const { table, name, score } = found
  const targets = tables.flatMap(({ references }) =>
    references.filter((one) => one.table === table.name && one.schema === table.schema).map(({ target }) => target),
  )
  const keys = table.uniques.filter((key) => key.length === 1).flat()
  const id = [...targets, ...keys].find((column) => column !== name) ?? name
  const rows = table.rows.flatMap((row): [string, string][] => {
    const [held, text] = [row[id] ?? null, row[name] ?? null]
    return held === null || text === null ? [] : [[held, text.toLowerCase()]]
  })
  return { table, name, score, id, nameOf: new Map(rows) }
}

/** The names that are domains: some tables have a row that stands for all of them. */
export const namesIn = ({ table, name }: Pick<Domains, 'table' | 'name'>): Set<string> =>
  new Set(cellsOf(table.rows, name).flatMap((cell) => (cell === null || !isDomain(cell) ? [] : [cell.toLowerCase()])))

/** The names of all of them; null where they are not known. */
export const servedBy = (domains: Domains | null): Set<string> | null =>
  domains === null || domains.table.isPart || domains.table.rows.length === 0 ? null : namesIn(domains)

/** Whether a row refers to a domain that was not looked at. */
export const refersElsewhere = (domains: Domains | null, held: string | null | undefined): boolean =>
  domains !== null && domains.table.isPart && held != null && !domains.nameOf.has(held)

/** The domain's row by its name. */
export const rowsByName = ({ table, name }: Pick<Domains, 'table' | 'name'>): Map<string, SeenRow> =>
  new Map(table.rows.map((row) => [(row[name] ?? '').toLowerCase(), row]))
