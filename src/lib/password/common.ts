import { createRequire } from 'node:module'
import type * as Language from '@zxcvbn-ts/language-common'
import { once } from '../once.ts'

/** Read when the first new password is judged: a tenth of a second and 12 MB that most processes never need. */
const common = once(() => {
  const require = createRequire(import.meta.url)
  const { dictionary } = require('@zxcvbn-ts/language-common') as typeof Language
  return new Set<string>(dictionary['passwords-common'])
})
const mostCharacters = once(() => Math.max(...[...common()].map((password) => password.length)))

/** How many characters a password needs besides common passwords and parts of the address, however often they occur. */
const leastElse = 6

/**
 * Whether a password is one of the 49,000 most common ones, or little more than one of them, than the address that it
 * is for, or than a few characters repeated. Case makes no difference.
 */
export function isCommonPassword(password: string, address = ''): boolean {
  const typed = password.toLowerCase()
  if (/^(.{1,5})\1+$/su.test(typed)) return true

  const known = [longestCommon(typed), address, address.slice(0, address.lastIndexOf('@'))].filter(
    (word) => word !== '',
  )
  return known.some((word) => typed.includes(word) && countElse(typed.replaceAll(word, '')) < leastElse)
}

// Two digits for one: what people add is a year or a row of digits.
const countElse = (rest: string): number => rest.replace(/\d\d/g, '0').length

/** The longest common password in the text; '' when there is none. */
function longestCommon(text: string): string {
  const passwords = common()
  for (let length = Math.min(text.length, mostCharacters()); length > 0; length--)
    for (let start = 0; start + length <= text.length; start++) {
      const part = text.slice(start, start + length)
      if (passwords.has(part)) return part
    }
  return ''
}
