import * as v from 'valibot'
import { mentionsOf } from '../mentions.ts'
import { PRESET_NAMES, presets, type PresetName } from '../presets/index.ts'
import type { Preset } from '../presets/preset.ts'
import { mappingEntries, toMapping } from '../settings.ts'
import { schemaAndTable, type Name } from '../sql.ts'
import type { SeenTable } from './seen.ts'

/** A product whose tables these are, by the names that make it what it is. */
export interface Product {
  name: PresetName
  /** variables that are to be otherwise than it has them, since not all of it is there */
  changed: Preset
  /** how many names of it are there */
  names: number
  /** tables of its companions that are not there */
  absent: string[]
}

const isCore = (variable: string): boolean => /^(?:MAILBOX|DOMAIN|ALIAS)_/.test(variable)

/** Every product all of whose tables of mailboxes, domains and aliases are there, the one with the most names first. */
export function findProducts(tables: readonly SeenTable[]): Product[] {
  const find = (name: Name): SeenTable | undefined => {
    const [schema, table] = schemaAndTable(name)
    return tables.find((one) => one.schema === schema && one.name.toLowerCase() === table.toLowerCase())
  }
  return PRESET_NAMES.flatMap((name): Product[] => {
    const mapping = toMapping(v.parse(v.object(mappingEntries), presets[name]))
    const mentions = mentionsOf(mapping)
    const isThere = ({ table, column }: { table: Name; column: Name | null }): boolean => {
      const found = find(table)
      if (found === undefined) return false
      const text = column?.path[0]?.toLowerCase()
      return text === undefined || found.columns.some((one) => one.name.toLowerCase() === text)
    }
    const core = mentions.filter(({ variable }) => isCore(variable))
    if (!core.every(isThere)) return []
    // A row that it would make has to be one that the table takes: another product may have these names, and more.
    const table = find(mapping.mailbox.table)
    const said = core
      .filter(({ variable }) => variable.startsWith('MAILBOX_'))
      .map(({ column }) => column?.path[0]?.toLowerCase())
    const isTaken = table?.columns.every(
      ({ name: column, optional }) => optional || said.includes(column.toLowerCase()),
    )
    if (mapping.actions.includes('create') && isTaken !== true) return []

    const missing = mentions.filter((mention) => !isCore(mention.variable) && !isThere(mention))
    const absent = [...new Set(missing.map(({ table: one }) => one.path.join('.')))]
    const names = new Set(mentions.filter(isThere).map(({ table: one, column }) => `${one.text} ${column?.text ?? ''}`))
      .size
    return [{ name, changed: withoutTables(presets[name], absent), names, absent }]
  }).sort((a, b) => b.names - a.names)
}

/** What the product says, without what it says of these tables. */
function withoutTables(preset: Preset, absent: readonly string[]): Preset {
  if (absent.length === 0) return {}
  const left: Preset = {}
  for (const variable of ['COMPANION_INSERT', 'COMPANION_DELETE', 'TAKEN_ADDRESSES'] as const) {
    const said = preset[variable]
    if (said === undefined) continue
    // None of the products' own values has a semicolon in it.
    const kept = said.split('; ').filter((piece) => !absent.includes(piece.replace(/\??:.*/s, '')))
    if (kept.length < said.split('; ').length) left[variable] = kept.length === 0 ? '-' : kept.join('; ')
  }
  if (preset.USAGE_TABLE !== undefined && absent.includes(preset.USAGE_TABLE)) left.USAGE_TABLE = '-'
  return left
}
