import { randomInt } from 'node:crypto'
import { findLocalPartFault, type LocalPartRules } from './addresses.ts'

// Without what is taken for another letter or digit when it is read out or copied by hand.
const consonants = 'bdfghkmnprstvz'
const vowels = 'aeiou'
const digits = '23456789'

const pick = (letters: string): string => letters.charAt(randomInt(letters.length))
export const randomWord = (): string => Array.from({ length: 3 }, () => pick(consonants) + pick(vowels)).join('')
export const randomDigits = (): string => pick(digits) + pick(digits)

/**
 * A local part that can be read out and not be guessed, such as `bamoki-tuzefa-47`: some 10¹³ are possible.
 * @throws Error when the rules leave no room for one
 */
export function randomName(rules: LocalPartRules): string {
  const joint = ['-', '.', '_'].find((sign) => sign !== rules.separator) ?? ''
  for (let attempt = 1; attempt <= 100; attempt++) {
    const name = [randomWord(), randomWord(), randomDigits()].join(joint)
    if (findLocalPartFault(name, rules) === null) return name
  }
  throw new Error('The rules of addresses leave no room for a random name')
}
