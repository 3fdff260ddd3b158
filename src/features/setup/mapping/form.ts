import * as v from 'valibot'
import { PRESET_NAMES } from '../../../../connector/mapping/presets/index.ts'
import { VARIABLES, type Values } from './fields.ts'

const value = v.pipe(v.string(), v.trim(), v.maxLength(1000))

export const mappingForm = v.object({
  MAIL_SCHEMA: v.picklist(PRESET_NAMES),
  /** a variable and what it is to be instead: `MAILBOX_ADDRESS email` */
  use: v.string(),
  ...(Object.fromEntries(VARIABLES.map((variable) => [variable, value])) as Record<keyof Values, typeof value>),
})
