import { expect, test } from 'vitest'
import { normaliseEmail, readableEmail } from '../../src/lib/email.ts'

test.each([
  ['ada@people.test', 'ada@people.test'],
  [' Ada.Lovelace+x@People.TEST ', 'ada.lovelace+x@people.test'],
  ["O'Brien@people.test", "o'brien@people.test"],
  ['r&d@people.test', 'r&d@people.test'],
  ['first..last@people.test', 'first..last@people.test'],
  ['hans@xn--bcher-kva.example', 'hans@xn--bcher-kva.example'],
  ['hans@BÜCHER.example', 'hans@xn--bcher-kva.example'],
  ['ivan@пример.рф', 'ivan@xn--e1afmkfd.xn--p1ai'],
  ['hans@bu\u0308cher.example', 'hans@xn--bcher-kva.example'],
  [`${'a'.repeat(64)}@people.test`, `${'a'.repeat(64)}@people.test`],
])('%s is kept as %s', (typed, kept) => {
  expect(normaliseEmail(typed)).toBe(kept)
})

test.each([
  '',
  'ada',
  '@people.test',
  'ada@',
  'ada@localhost',
  'ada@192.0.2.1',
  'ada@[192.0.2.1]',
  'ada@127.1',
  'ada@people..test',
  'ada@-people.test',
  'ada@people.test.',
  'ada@people.test/evil.example',
  'ada@people.test:25',
  'ada@people%2etest',
  'ada@xn--a.org',
  'ada@example_1.org',
  'ada lovelace@people.test',
  'ada@people.test, cleo@people.test',
  'ada@people.test\r\nBcc: cleo@people.test',
  '<script>@people.test',
  '"ada"@people.test',
  'élodie@people.test',
  '\u212Aelvin@people.test',
  `${'a'.repeat(65)}@people.test`,
  `ada@${'a'.repeat(64)}.test`,
  `ada@${'a.'.repeat(130)}test`,
])('%j is no e-mail address', (typed) => {
  expect(normaliseEmail(typed)).toBeNull()
})

test('a domain of another script is shown as its readers write it, and what cannot be is left alone', () => {
  expect(readableEmail('hans@xn--bcher-kva.example')).toBe('hans@bücher.example')
  expect(readableEmail('ivan@xn--e1afmkfd.xn--p1ai')).toBe('ivan@пример.рф')
  expect(readableEmail('ada@people.test')).toBe('ada@people.test')
  expect(readableEmail('ada@xn--a.org')).toBe('ada@xn--a.org')
})
