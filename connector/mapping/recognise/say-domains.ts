import { rowsByName, namesIn, type Domains } from './domains.ts'
import type { MailboxRows } from './mailboxes.ts'
import { ofRows, writeTable, type Report } from './recognition.ts'
import type { Scene } from './scene.ts'
import { readFlag, separate, withTold, writeFilters, type Filter } from './separate.ts'
import { cellsOf, columnOf, distinct, isDomain, isTime, type SeenRow } from './seen.ts'
import { writeId, writeName } from './write.ts'

export function sayDomains(report: Report, { domains, boxes, isNamed, hints, runnersUp }: Scene): void {
  if (domains === null) {
    const names = [...new Set(boxes.rows.map(({ domain }) => domain))]
    report.say('DOMAIN_TABLE', '-', { by: 'absence' })
    if (names.length > 0) report.say('DOMAINS', names.join(', '), ofRows(boxes.rows.length, boxes.rows.length))
    else report.questions.push({ variable: 'DOMAINS', table: '', column: '' })
    return
  }
  const { table, name, id } = domains
  const reason =
    hints.domain?.table === table ? ({ by: 'query' } as const) : ofRows(namesIn(domains).size, table.rows.length)
  report.say('DOMAIN_TABLE', writeTable(table), reason, undefined, runnersUp.domain && writeTable(runnersUp.domain))
  report.say('DOMAIN_NAME', writeName([name]), reason)
  report.say('DOMAIN_ID', isNamed ? writeName([name]) : writeId(table, id), isNamed ? reason : { by: 'key' })

  const found = findFilters(domains, boxes)
  const asked = hints.domain?.table === table ? hints.domain.fixed : []
  const filters = [
    ...found,
    ...asked
      .filter(({ column }) => !found.some((one) => one.column === column))
      .map(({ column, value }): Filter => ({ column, values: [value], not: false })),
  ]
  const all = withTold(filters, table, hints.told)
  report.say('DOMAIN_WHERE', writeFilters(all), all.length === 0 ? { by: 'absence' } : reason)
}

/** What keeps out what is no domain of ours: one that sleeps, that is relayed, or stands for all of them. */
function findFilters({ table, name }: Domains, boxes: MailboxRows): Filter[] {
  const used = new Set(boxes.rows.map(({ domain }) => domain))
  const rows = rowsByName({ table, name })
  const meant = [...used].flatMap((domain): SeenRow[] => {
    const row = rows.get(domain)
    return row === undefined ? [] : [row]
  })
  const filters = table.columns.flatMap((column): Filter[] => {
    const isWanted = /^(?:is_?)?(?:active|enabled?)$|^is_?(?:e?mail)_?domain$/i.test(column.name)
    const isDeleted = /^(?:is_?)?deleted(?:_?at)?$/i.test(column.name)
    if (isDeleted && isTime(column)) return [{ column: column.name, values: [null], not: false }]
    if (!isWanted && !isDeleted && !/^(?:is_?)?(?:backup_?mx|relay)$/i.test(column.name)) return []
    const pair = readFlag(table, column.name, table.rows)
    const value = pair && (isWanted ? pair.yes : pair.no)
    const holds = value !== null && meant.every((row) => row[column.name] === value)
    return holds ? [{ column: column.name, values: [value], not: false }] : []
  })
  const others = table.rows.filter(
    (row) =>
      !used.has((row[name] ?? '').toLowerCase()) &&
      filters.every(({ column, values }) => values.includes(row[column] ?? null)),
  )
  const filter = boxes.isPart ? null : separate(table, meant, others, [name], false)
  const isStrange = others.every((row) => !isDomain(row[name] ?? ''))
  // Domains without mailboxes are domains: it takes a word for what they are, or a flag that only no domains lack.
  const width = columnOf(table, filter?.column ?? '')?.mostChars ?? 0
  if (filter && (isStrange ? width > 0 && width <= 5 : /type|kind|transport|destination|status/i.test(filter.column)))
    return [...filters, filter]
  const strange = distinct(cellsOf(others, name)).filter((text): text is string => text !== null && !isDomain(text))
  return strange.length > 0 && strange.length <= 3
    ? [{ column: name, values: strange, not: true }, ...filters]
    : filters
}
