import { MappingError } from '../../../../connector/mapping/settings.ts'
import { recognise } from '../../../../connector/mapping/recognise/recognise.ts'
import { HASH_VARIABLES, settingsIn, type Recognition } from '../../../../connector/mapping/recognise/recognition.ts'
import type { PresetName } from '../../../../connector/mapping/presets/index.ts'
import { findLasting } from '../../../db/check/round-trip.ts'
import { readTables } from '../../../db/check/tables.ts'
import { listAsked } from '../../../db/connectors.ts'
import { compareWithNew, type NewColumn } from '../../../db/mail/sample.ts'
import { readSeenTables } from '../../../db/mail/seen-tables.ts'
import type { Pool } from '../../../db/store.ts'
import { readMapping } from '../../../db/mail/fitting.ts'
import type { MappingCheck } from './check.ts'
import { settingsOf, valuesOf, type Values } from './fields.ts'

/** What the tables of the database look like, as the form has it. */
export interface Recognised {
  recognition: Recognition
  preset: PresetName
  values: Values
}

/** @param pasted what the mail host asks its tables; by default what connectors have handed over of that */
export async function recogniseTables(pool: Pool, pasted: string | undefined): Promise<Recognised> {
  const queries = pasted || (await listAsked(pool)).map(({ text }) => text).join('\n')
  const recognition = recognise(await readSeenTables(pool), { queries })
  const preset = recognition.product ?? 'default'
  return { recognition, preset, values: valuesOf(preset, settingsIn(recognition)) }
}

/** What the web app has to know of hashes besides the mapping. */
export const hashesIn = ({ findings }: Recognition): Record<string, string> =>
  settingsIn({ findings: findings.filter(({ variable }) => HASH_VARIABLES.some((one) => one === variable)) })

/** The tables to which nothing is tried, since it could not be taken back; '' for none. */
export async function findUntried(pool: Pool, { preset, values }: Recognised): Promise<string> {
  const mapping = readMapping(settingsOf(preset, values))
  return mapping instanceof MappingError ? '' : findLasting(mapping, await readTables(pool, mapping))
}

/** What a new mailbox would have beside the first one that is there. */
export interface Beside {
  address: string
  columns: NewColumn[]
}

/** @returns null where there is no mailbox, or the database does not compare them */
export async function readBeside(
  pool: Pool,
  { preset, values }: Pick<Recognised, 'preset' | 'values'>,
  { sample }: MappingCheck,
): Promise<Beside | null> {
  const address = sample?.mailboxes.find((one) => one.address !== null)?.address ?? null
  const mapping = readMapping(settingsOf(preset, values))
  if (address === null || mapping instanceof MappingError) return null
  try {
    return { address, columns: await compareWithNew(pool, mapping, address) }
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    return null
  }
}
