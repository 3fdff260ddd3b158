import { mappingEntries, type MappingVariable } from '../../../../connector/mapping/settings.ts'
import { PRESET_NAMES, presets, type PresetName } from '../../../../connector/mapping/presets/index.ts'
import type { Preset } from '../../../../connector/mapping/presets/preset.ts'
import { defaultOf } from '../../../config.ts'

export const VARIABLES = Object.keys(mappingEntries) as MappingVariable[]

/** What is entered, for each variable. */
export type Values = Record<MappingVariable, string>

// What most layouts have, a part of the form each; everything else comes after them.
const main = {
  mailboxes: [
    'MAILBOX_TABLE',
    'MAILBOX_ADDRESS',
    'MAILBOX_DOMAIN',
    'MAILBOX_PASSWORD',
    'MAILBOX_QUOTA',
    'MAILBOX_QUOTA_UNIT',
    'MAILBOX_OPEN',
    'MAILBOX_LOCKED',
  ],
  domains: ['DOMAIN_TABLE', 'DOMAIN_ID', 'DOMAIN_NAME'],
  aliases: ['ALIAS_TABLE', 'ALIAS_ADDRESS', 'ALIAS_DESTINATION', 'ALIAS_LIST', 'ALIAS_DOMAIN'],
} satisfies Record<string, MappingVariable[]>

export type Part = keyof typeof main | 'more'

const inMain: string[] = Object.values(main).flat()
export const PARTS: Record<Part, MappingVariable[]> = {
  ...main,
  more: VARIABLES.filter((variable) => !inMain.includes(variable)),
}

export const presetOf = (name: string | undefined): PresetName =>
  PRESET_NAMES.find((preset) => preset === name) ?? 'default'

/** What a variable is where it is not set. A column for the domain goes without saying where the address has one. */
function unsetValue(preset: Preset, variable: MappingVariable, address: string): string {
  const said = preset[variable] ?? defaultOf(variable)
  if (said !== '' || (variable !== 'MAILBOX_DOMAIN' && variable !== 'ALIAS_DOMAIN')) return said
  return address.includes('@') ? '-' : 'domain_id'
}

const addressFor = (variable: MappingVariable): MappingVariable =>
  variable === 'ALIAS_DOMAIN' ? 'ALIAS_ADDRESS' : 'MAILBOX_ADDRESS'

/** Every variable's value, of those that are set and the preset's. */
export function valuesOf(name: PresetName, set: Partial<Record<string, string>>): Values {
  const preset: Preset = presets[name]
  const valueOf = (variable: MappingVariable): string =>
    set[variable] ?? unsetValue(preset, variable, set[addressFor(variable)] ?? preset[addressFor(variable)] ?? '')
  return Object.fromEntries(VARIABLES.map((variable) => [variable, valueOf(variable)])) as Values
}

/** The variables that say it: the preset, and what differs from it. */
export function settingsOf(name: PresetName, values: Values): Record<string, string> {
  const unset = valuesOf(name, { MAILBOX_ADDRESS: values.MAILBOX_ADDRESS, ALIAS_ADDRESS: values.ALIAS_ADDRESS })
  const preset = valuesOf(name, {})
  const differing = VARIABLES.filter(
    (variable) => values[variable] !== (variable.endsWith('_ADDRESS') ? preset : unset)[variable],
  )
  return { MAIL_SCHEMA: name, ...Object.fromEntries(differing.map((variable) => [variable, values[variable]])) }
}
