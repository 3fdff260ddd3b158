import * as v from 'valibot'
import { cyberpanel } from './cyberpanel.ts'
import { froxlor } from './froxlor.ts'
import { groupoffice } from './groupoffice.ts'
import { iredmail } from './iredmail.ts'
import { ispconfig } from './ispconfig.ts'
import { ispmail } from './ispmail.ts'
import { jeboehm } from './jeboehm.ts'
import { leister } from './leister.ts'
import { mailcow } from './mailcow.ts'
import { modoboa } from './modoboa.ts'
import { postfixadmin } from './postfixadmin.ts'
import type { Preset } from './preset.ts'
import { vimbadmin } from './vimbadmin.ts'

export const presets = {
  default: {},
  ispmail,
  postfixadmin,
  iredmail,
  ispconfig,
  mailcow,
  modoboa,
  froxlor,
  vimbadmin,
  cyberpanel,
  jeboehm,
  groupoffice,
  leister,
} satisfies Record<string, Preset>

export type PresetName = keyof typeof presets

export const PRESET_NAMES = Object.keys(presets) as PresetName[]

/** The variable that names a preset: an entry for a valibot object over `process.env`. */
export const presetEntries = {
  MAIL_SCHEMA: v.optional(v.picklist(PRESET_NAMES, `must be one of ${PRESET_NAMES.join(', ')}`), 'default'),
}

/**
 * The environment with what the preset says where it says nothing itself; an unknown preset is the schema's to refuse.
 */
export function withPreset(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const wanted = PRESET_NAMES.find((preset) => preset === env['MAIL_SCHEMA'])
  const preset: Preset = wanted === undefined ? {} : presets[wanted]
  const set = Object.entries(env).filter(([, value]) => value !== undefined)
  return { ...preset, ...Object.fromEntries(set) }
}
