import { expect, test } from 'vitest'
import { isCommonPassword } from '../../src/lib/password/common.ts'

test.each([
  ['one of the list', 'qazwsxedcrfv'],
  ['one of the list, in capitals', 'PassWord1234'],
  ['one of the list twice', 'letmeinletmein'],
  ['one of the list and a year', 'iloveyou2024'],
  ['one of the list, a year and a sign', 'Baseball2024!'],
  ['a row of digits', '1234567890123456'],
  ['one sign over and over', 'zzzzzzzzzzzz'],
  ['a few signs over and over', 'abcabcabcabc'],
  ['the address', 'Ada.Lovelace@example.org'],
  ['what stands before the @', 'ada.lovelace'],
  ['what stands before the @, and a year', 'ada.lovelace1843'],
])('%s is common', (_, password) => {
  expect(isCommonPassword(password, 'ada.lovelace@example.org')).toBe(true)
})

test.each([
  'a quiet dove at dusk',
  'monkey dragon master',
  'Tr0ub4dor&3xy',
  'the password of the dove',
  'ada.lovelace writes',
  '🕊🦢🦆🦉🐓🦜'.repeat(3),
])('%s is not', (password) => {
  expect(isCommonPassword(password, 'ada.lovelace@example.org')).toBe(false)
})

test('without an address nothing is taken for one', () => {
  expect(isCommonPassword('mirkan.tuzefa')).toBe(false)
  expect(isCommonPassword('mirkan.tuzefa', 'mirkan.tuzefa@example.org')).toBe(true)
})
