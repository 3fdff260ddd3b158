import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createFormat } from '../../src/i18n/format.ts'

const AT = '2026-11-24 09:10:00.000000'
const spaces = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

/** What a process in this time zone makes of the same moment. */
function inZone(zone: string) {
  const script = `import { en } from './src/i18n/en.ts'; import { fr } from './src/i18n/fr.ts'; import { de } from './src/i18n/de.ts'
    const moment = '${AT}'
    console.log(JSON.stringify([en, fr, de].map(({ format }) => [format.dateTime(moment), format.time(moment), format.dateTimeInZone(moment)])))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, TZ: zone },
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as string[][]
}

test('people in Paris and in New York read the same moment on their own clocks, as their language writes it', () => {
  expect(inZone('Europe/Paris')).toEqual([
    ['24 Nov 2026, 10:10', '10:10', '24 Nov 2026, 10:10 (Europe/Paris)'],
    ['24 nov. 2026, 10:10', '10:10', '24 nov. 2026, 10:10 (Europe/Paris)'],
    ['24.11.2026, 10:10', '10:10', '24.11.2026, 10:10 (Europe/Paris)'],
  ])
  expect(inZone('America/New_York')[0]).toEqual([
    '24 Nov 2026, 04:10',
    '04:10',
    '24 Nov 2026, 04:10 (America/New_York)',
  ])
})

describe('each language writes in its own way', () => {
  const mailboxes = {
    'en-GB': { one: 'mailbox', other: 'mailboxes' },
    fr: { one: 'boîte', other: 'boîtes' },
    de: { one: 'Postfach', other: 'Postfächer' },
  }
  test.each([
    ['en-GB', '10,000', '0 mailboxes', '1 mailbox', '1.5 GB', '3 hours ago', 'in 2 days'],
    ['fr', '10 000', '0 boîte', '1 boîte', '1,5 Go', 'il y a 3 heures', 'après-demain'],
    ['de', '10.000', '0 Postfächer', '1 Postfach', '1,5 GB', 'vor 3 Stunden', 'übermorgen'],
  ] as const)('%s', (locale, number, none, one, size, past, future) => {
    const format = createFormat(locale)
    const forms = mailboxes[locale]
    const written = [
      format.number(10_000),
      format.count(0, forms),
      format.count(1, forms),
      format.bytes(1.5 * 1024 ** 3),
      format.ago(3 * 3600 + 5),
      format.ago(-2 * 86_400),
    ]
    expect(written.map(spaces)).toEqual([number, none, one, size, past, future])
  })

  test('a language with more plurals than two has its words for them', () => {
    const polish = createFormat('pl')
    const forms = { one: 'skrzynka', few: 'skrzynki', many: 'skrzynek', other: 'skrzynki' }
    expect([1, 2, 5, 1.5].map((value) => polish.plural(value, forms))).toEqual([
      'skrzynka',
      'skrzynki',
      'skrzynek',
      'skrzynki',
    ])
  })
})
