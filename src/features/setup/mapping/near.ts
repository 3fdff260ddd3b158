import { writeName } from '../../../../connector/mapping/recognise/write.ts'
import type { MissingName } from '../../../db/mail/names.ts'

const written = (path: string): string => writeName(path.split('.'))
const sign = '[\\p{L}\\p{N}_$`-]'

/**
 * The variable's value with what is spelled like the missing name in its place; null where it does not stand there
 * alone.
 */
export function withNear(value: string, { name, near }: MissingName): string | null {
  if (near === null) return null
  for (const old of [`\`${name}\``, name]) {
    const alone = new RegExp(`(?<!${sign})${old.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!${sign})`, 'gu')
    if (alone.test(value)) return value.replace(alone, () => written(near))
  }
  return null
}
