import { readFlag } from './separate.ts'
import { cellsOf, distinct, nameScore, type SeenRow, type SeenTable } from './seen.ts'

/** A column that says whether a mailbox is open. */
export interface Flag {
  column: string
  /** of a number: which of its bits says so */
  bits?: string
  open: string
  locked: string
}

const openNames = [
  [/^(?:is_?)?(?:activ(?:e|ated)|aktiv|actif|activo|attivo|ativo|actief|aktywn[ey])$/i, 5],
  [/^(?:is_?)?enabled?$/i, 4],
  [/^(?:mail|account|user)_?(?:active|enabled|status)$|^status$/i, 3],
  [/^(?:imap_?ok|po_?active|login_?(?:allowed|enabled)|let_?in|can_?login)$/i, 2],
  [/^(?:postfix|access)$/i, 1],
] as const
const closedNames = [
  [
    /^(?:is_?)?(?:disabled?|locked|blocked|suspended|inactive|deactivated|gesperrt|deaktiviert|bloque|bloqueado|bloccato)$/i,
    4,
  ],
  [/^no[ _]?login$/i, 2],
] as const

/** The columns that say whether a mailbox is open, the first by its name, others that go with it. */
export function findFlags(table: SeenTable, rows: readonly SeenRow[], without: readonly string[]): Flag[] {
  const found = table.columns.flatMap(({ name }) => {
    const [opens, closes] = [nameScore(name, openNames), nameScore(name, closedNames)]
    if (without.includes(name) || (opens === 0 && closes === 0)) return []
    const pair = readFlag(table, name, rows)
    if (pair === null) return []
    const flag = opens > 0 ? { open: pair.yes, locked: pair.no } : { open: pair.no, locked: pair.yes }
    const open = rows.filter((row) => row[name] === flag.open).length
    // Where most are closed by it, it says something else.
    return open * 2 < rows.length ? [] : [{ column: name, ...flag, score: Math.max(opens, closes) }]
  })
  const [first] = found.sort((a, b) => b.score - a.score)
  if (!first) return []
  const main = { column: first.column, open: first.open, locked: first.locked }
  const lockedRows = rows.filter((row) => row[main.column] === main.locked)
  if (lockedRows.length === 0) return [main]
  const openRows = rows.filter((row) => row[main.column] === main.open)
  const others = table.columns.flatMap(({ name, type, made }) => {
    if (name === main.column || without.includes(name) || made || !/enum|tinyint|bit/.test(type)) return []
    const [open, ...more] = distinct(cellsOf(openRows, name))
    const [locked, ...others] = distinct(cellsOf(lockedRows, name))
    if (more.length + others.length > 0 || open == null || locked == null || open === locked) return []
    return [{ column: name, open, locked }]
  })
  return [main, ...others]
}
