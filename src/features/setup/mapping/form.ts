import * as v from 'valibot'
import { PRESET_NAMES } from '../../../../connector/mapping/presets/index.ts'
import { VARIABLES, type Values } from './fields.ts'

const value = v.pipe(v.string(), v.trim(), v.maxLength(1000))

/** What `doctor --mapping` printed. */
export const queriesForm = v.object({ queries: v.pipe(v.string(), v.trim(), v.maxLength(50_000)) })

export const mappingForm = v.object({
  MAIL_SCHEMA: v.picklist(PRESET_NAMES),
  /** a variable and what it is to be instead: `MAILBOX_ADDRESS email` */
  use: v.string(),
  /** whatever the round trip found */
  despite: v.string(),
  ...(Object.fromEntries(VARIABLES.map((variable) => [variable, value])) as Record<keyof Values, typeof value>),
})
