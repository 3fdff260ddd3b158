import * as v from 'valibot'
import type { Mapping } from '../../../connector/mapping/mapping.ts'
import { PRESET_NAMES, withPreset, type PresetName } from '../../../connector/mapping/presets/index.ts'
import { mappingEntries, MappingError, toMapping } from '../../../connector/mapping/settings.ts'
import type { Db } from '../store.ts'
import { findMissingNames } from './names.ts'

/** The mapping that readable variables say, or what does not go together in them. */
export function readMapping(settings: Record<string, string>): Mapping | MappingError {
  try {
    return toMapping(v.parse(v.object(mappingEntries), withPreset(settings)))
  } catch (error) {
    if (error instanceof MappingError) return error
    throw error
  }
}

/** The first preset all of whose names are in the database; null when there is none. */
export async function findFittingPreset(db: Db): Promise<PresetName | null> {
  for (const preset of PRESET_NAMES) {
    const mapping = readMapping({ MAIL_SCHEMA: preset })
    if (mapping instanceof MappingError) continue
    if ((await findMissingNames(db, mapping)).length === 0) return preset
  }
  return null
}
