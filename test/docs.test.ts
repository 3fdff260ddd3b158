// What the documents say is there, and the same in both languages.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { presetEntries, withPreset } from '../connector/mapping/presets/index.ts'
import { mappingEntries, toMapping } from '../connector/mapping/settings.ts'

const top = join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(top, file), 'utf8')

interface Block {
  language: string
  text: string
}
const blocksOf = (text: string): Block[] =>
  [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', body = '']) => ({ language, text: body }))
const withoutBlocks = (text: string): string => text.replace(/^```.*?^```$/gms, '')
const headingsOf = (text: string): string[] => withoutBlocks(text).match(/^#+ .*/gm) ?? []

describe.each([
  ['README.md', 'README.fr.md'],
  ['docs/install.md', 'docs/install.fr.md'],
])('%s and %s', (english, french) => {
  test('have the same headings in the same order', () => {
    const levels = (file: string) => headingsOf(read(file)).map((heading) => heading.indexOf(' '))
    expect(levels(english).length).toBeGreaterThan(5)
    expect(levels(french)).toEqual(levels(english))
  })

  test('have the same code but for its comments', () => {
    const withoutComments = ({ language, text }: Block) => ({ language, text: text.replace(/\s+(?:#|--) .*$/gm, '') })
    const code = (file: string) => blocksOf(read(file)).map(withoutComments)
    expect(code(english).length).toBeGreaterThan(1)
    expect(code(french)).toEqual(code(english))
  })

  test('have the same tables, lists and pictures', () => {
    const shape = (file: string) =>
      withoutBlocks(read(file))
        .split('\n')
        .flatMap((line) => /^(?:\||- |!\[|<!--)/.exec(line)?.[0] ?? [])
    expect(shape(french)).toEqual(shape(english))
  })
})

test('the READMEs take two minutes to read', () => {
  for (const file of ['README.md', 'README.fr.md']) expect(read(file).split('\n').length).toBeLessThanOrEqual(121)
})

describe('docs/mapping.md', () => {
  const guide = read('docs/mapping.md')

  test.each(blocksOf(guide).filter(({ language }) => language === 'ini'))(
    'has an example that the programs accept: $text',
    ({ text }) => {
      const env = parseEnv(text)
      const known = Object.keys({ ...presetEntries, ...mappingEntries })
      for (const name of Object.keys(env)) expect(known).toContain(name)
      expect(() => toMapping(v.parse(v.object(mappingEntries), withPreset(env)))).not.toThrow()
    },
  )

  test('explains every variable', () => {
    const missing = Object.keys({ ...presetEntries, ...mappingEntries }).filter(
      (name) => !guide.includes(`\`${name}\``),
    )
    expect(missing).toEqual([])
  })

  test('tells the default of every variable in a table', () => {
    const told = [...guide.matchAll(/^\| `([A-Z_]+)` .*\| (?:`([^`]*)`)? *\|$/gm)]
    const defaults = Object.fromEntries(told.map(([, name = '', value = '']) => [name, value]))
    for (const [name, schema] of Object.entries(mappingEntries)) {
      const byDefault = 'default' in schema && typeof schema.default === 'string' ? schema.default : 'domain_id'
      if (name !== 'MAIL_ACTIONS') expect([name, defaults[name]]).toEqual([name, byDefault])
    }
  })
})
