import type { MappingVariable } from '../settings.ts'

/** Variables of the mapping, as they would stand in `.env`, for the tables of a product. */
export type Preset = Partial<Record<MappingVariable, string>>
