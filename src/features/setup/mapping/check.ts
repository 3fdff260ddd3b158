import * as v from 'valibot'
import { readCollations } from '../../../../connector/mapping/collations.ts'
import { mappingEntries, MappingError, type MappingVariable } from '../../../../connector/mapping/settings.ts'
import type { MailAction } from '../../../../connector/mapping/mapping.ts'
import { leaveOutAbsent } from '../../../../connector/mapping/optional-companions.ts'
import type { PresetName } from '../../../../connector/mapping/presets/index.ts'
import { tryRoundTrip, type TripFault } from '../../../db/check/round-trip.ts'
import { readTables } from '../../../db/check/tables.ts'
import { readMapping } from '../../../db/mail/fitting.ts'
import { findMissingNames, type MissingName } from '../../../db/mail/names.ts'
import { foreignTables, readSample, showsSecrets, type MailSample } from '../../../db/mail/sample.ts'
import type { Pool } from '../../../db/store.ts'
import { quoteValue } from '../../../../connector/contract/env-text.ts'
import { settingsOf, VARIABLES, type Values } from './fields.ts'

/** What is wrong with a mapping, and what the database holds by one that is right. */
export interface MappingCheck {
  /** variables that cannot be read, with the grammar's own words */
  unreadable: { variable: MappingVariable; message: string }[]
  /** lines about variables that do not go together */
  contradictions: string[]
  missing: MissingName[]
  /** tables that are not the mail server's */
  foreign: string[]
  /** null: there is none, or it is not told */
  sample: MailSample | null
  /** the code of the error with which the database refused the sample */
  refused: string | null
}

export const isRight = (check: MappingCheck): boolean =>
  [check.unreadable, check.contradictions, check.missing, check.foreign].every((faults) => faults.length === 0)

const nothing: MappingCheck = {
  unreadable: [],
  contradictions: [],
  missing: [],
  foreign: [],
  sample: null,
  refused: null,
}

/** Holds the mapping against the database. */
export async function checkMappingOf(pool: Pool, preset: PresetName, values: Values): Promise<MappingCheck> {
  const unreadable = findUnreadable(values)
  if (unreadable.length > 0) return { ...nothing, unreadable }
  const mapping = readMapping(settingsOf(preset, values))
  if (mapping instanceof MappingError) return { ...nothing, contradictions: mapping.message.split('\n') }

  const foreign = foreignTables(mapping).map(({ path }) => path.join('.'))
  if (foreign.length > 0) return { ...nothing, foreign: [...new Set(foreign)] }
  const missing = await findMissingNames(pool, mapping)
  if (missing.length > 0 || showsSecrets(mapping)) return { ...nothing, missing }

  try {
    await readCollations(pool, mapping)
    return { ...nothing, sample: await readSample(pool, mapping) }
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === undefined) throw error
    return { ...nothing, refused: code }
  }
}

/**
 * Makes a mailbox and takes it away again, in a transaction that is rolled back, as `npm run check` does.
 * @returns what could not be done; nothing where it cannot be tried
 */
export async function tryMapping(pool: Pool, preset: PresetName, values: Values): Promise<TripFault[]> {
  const said = readMapping(settingsOf(preset, values))
  if (said instanceof MappingError) return []
  const { present: mapping } = await leaveOutAbsent(pool, said)
  await readCollations(pool, mapping)
  const tables = await readTables(pool, mapping)
  const faults = await tryRoundTrip(
    pool,
    () => undefined,
    () => undefined,
    mapping,
    tables,
  )
  return faults
}

/** The variable at whose field a fault is told: the one that it names, or else what the step writes. */
export const variableOf = ({ action, reason }: TripFault): MappingVariable =>
  VARIABLES.find((variable) => new RegExp(`\\b${variable}\\b`).test(reason)) ??
  (action ? written[action] : 'DOMAIN_TABLE')

const written: Record<MailAction, MappingVariable> = {
  create: 'MAILBOX_INSERT',
  aliases: 'ALIAS_INSERT',
  password: 'MAILBOX_ON_PASSWORD',
  lock: 'MAILBOX_LOCKED',
  delete: 'COMPANION_DELETE',
}

function findUnreadable(values: Values): MappingCheck['unreadable'] {
  return VARIABLES.flatMap((variable) => {
    const value = values[variable]
    if (quoteValue(value) === null) return [{ variable, message: 'must do without one of the three kinds of quotes' }]
    const read = v.safeParse(mappingEntries[variable], value)
    // Valibot's own messages tell what they received.
    return read.success ? [] : [{ variable, message: read.issues[0].message.replace(/^Invalid .*/, '') }]
  })
}
