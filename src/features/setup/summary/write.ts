import { readFile } from 'node:fs/promises'
import { replaceFile } from '../../../../connector/contract/replace-file.ts'
import type { SettingsSource } from '../../../lib/env-file.ts'
import { setVariables } from '../../../../connector/contract/env-text.ts'
import { withoutPassword } from '../mail/smtp-url.ts'

/**
 * `outside`: the environment that the program was started with says otherwise, and it goes before the file. `here`: the
 * file may not be written, or not in a way that Node would read back as it should.
 */
export type NotWritten = { where: 'outside'; names: string[] } | { where: 'here' }

/**
 * Sees to it that the settings say these variables.
 * @param byHand whether somebody says that they have put them there, who had to write the password in that was not
 *   shown
 * @returns null when they do
 */
export async function writeSettings(
  settings: SettingsSource,
  variables: Record<string, string>,
  byHand: boolean,
): Promise<NotWritten | null> {
  const sameByHand = ([name, value]: [string, string]) =>
    byHand && name === 'SMTP_URL' && withoutPassword(settings.read()[name] ?? '') === withoutPassword(value)
  const differing = Object.entries(variables).filter((one) => !isSet(settings, one) && !sameByHand(one))
  if (differing.length === 0) return null
  if (settings.file === null || !(await changeFile(settings.file, variables))) return { where: 'here' }

  const names = Object.entries(variables).flatMap((one) => (isSet(settings, one) ? [] : [one[0]]))
  return names.length === 0 ? null : { where: 'outside', names }
}

const isSet = (settings: SettingsSource, [name, value]: [string, string]): boolean => settings.read()[name] === value

/** @returns false where the file may not be written, or not in a way that reads back as it should */
async function changeFile(file: string, variables: Record<string, string>): Promise<boolean> {
  try {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if ((error as { code?: string }).code === 'ENOENT') return ''
      throw error
    })
    const changed = setVariables(text, variables)
    if (changed === null) return false
    await replaceFile(file, changed)
    return true
  } catch (error) {
    // It belongs to somebody else, or lies where nothing may be written.
    if (typeof (error as { code?: unknown }).code === 'string') return false
    throw error
  }
}
