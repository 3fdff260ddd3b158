// What the documents say is there, and the same in both languages.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { SETTING_NAMES as CONNECTOR_SETTINGS } from '../connector/config.ts'
import { presetEntries, withPreset } from '../connector/mapping/presets/index.ts'
import { mappingEntries, toMapping } from '../connector/mapping/settings.ts'
import { SETTING_NAMES } from '../src/config.ts'

const top = join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(top, file), 'utf8')
const filesIn = (folder: string, ending: RegExp): string[] =>
  (readdirSync(join(top, folder), { recursive: true }) as string[])
    .filter((path) => ending.test(path) && !/(?:^|\/)(?:node_modules|dist)\//.test(path))
    .map((path) => join(folder, path))

const documents = [
  ...readdirSync(top).filter((name) => name.endsWith('.md')),
  ...filesIn('docs', /\.md$/),
  'connector/contract/README.md',
]

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
  ['docs/moving-in.md', 'docs/moving-in.fr.md'],
])('%s and %s', (english, french) => {
  test('have the same headings in the same order', () => {
    const levels = (file: string) => headingsOf(read(file)).map((heading) => heading.indexOf(' '))
    expect(levels(english).length).toBeGreaterThan(2)
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

test.each(['README.fr.md', 'docs/install.fr.md', 'docs/moving-in.fr.md'])(
  '%s calls an e-mail and a mailbox by one name each',
  (file) => {
    const words = withoutBlocks(read(file)).replace(/`[^`]*`|\]\([^)]*\)/g, '')
    expect(words.match(/boîtes?\b(?!\s*mail)|(?<!boîtes?\s|e-)\bmails?\b|courriels?|courriers?/gi) ?? []).toEqual([])
  },
)

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

/** The part of a heading's address that leads to it. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')

describe.each(documents)('%s', (file) => {
  const text = read(file)
  const named = [...text.matchAll(/`([^`\n]+)`/g)].map(([, words = '']) => words)

  test('has links that lead somewhere', () => {
    const links = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)|<img src="([^"]+)"/g)].map(
      ([, link, picture]) => link ?? picture ?? '',
    )
    const dead = links.filter((link) => {
      if (/^https?:/.test(link)) return false
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? file : join(dirname(file), path)
      if (!existsSync(join(top, target))) return true
      return anchor !== undefined && !headingsOf(read(target)).map(anchorOf).includes(anchor)
    })
    expect(dead).toEqual([])
  })

  test('names commands, settings and files that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const commands = [...text.matchAll(/\bnpm run ([a-z:-]+)/g)].map(([, name = '']) => name)
    expect(commands.filter((name) => !(name in scripts))).toEqual([])

    const settings = named.flatMap((words) => /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=.*)?$/.exec(words)?.[1] ?? [])
    expect(settings.filter((name) => ![...SETTING_NAMES, ...CONNECTOR_SETTINGS].includes(name))).toEqual([])

    const paths = named.filter((words) => /^(?:src|connector|test|docs|systemd|nginx|static)\/[\w./-]*$/.test(words))
    expect(paths.filter((path) => !existsSync(join(top, path)))).toEqual([])
  })
})

describe('docs/operate.md', () => {
  const guide = read('docs/operate.md')
  const sources = [...filesIn('src', /\.tsx?$/), ...filesIn('connector', /\.ts$/)].filter(
    (file) => !file.startsWith('src/cli/'),
  )

  test('explains what the programs log', () => {
    const lines = sources.flatMap((file) => read(file).split('\n'))
    const logged = lines.flatMap((line) => {
      const [, words] = /\b(?:log|once)(?:\.(?:info|warn|error))?\(.*'([^']+)'(?:, \{.*)?\)?$/.exec(line) ?? []
      const [, event = ''] = /\blog\.(?:info|warn|error)\(\{ event: ([^,}]*)/.exec(line) ?? []
      const events = [...event.matchAll(/'([^']+)'/g)].map(([, name = '']) => name)
      return words === undefined ? events : [words]
    })
    expect(logged.length).toBeGreaterThan(15)
    expect(logged.filter((words) => !guide.includes(words))).toEqual([])
  })

  test.each([...filesIn('connector', /^doctor.*\.ts$/), ...filesIn('src/db/check', /\.ts$/)])(
    'explains what %s finds',
    (file) => {
      const findings = [...read(file).matchAll(/'(?:fail|warn)',\s*(['"`])((?:\\.|(?!\1).)*)\1/gs)].map(
        ([, , text = '']) => text,
      )
      // What is put into the sentence stands as … in the document; the longest piece between is enough to find it.
      const longest = findings.map((text) =>
        text
          .split(/\$\{(?:[^{}]|\{[^}]*\})*\}/)
          .reduce((one, other) => (other.length > one.length ? other : one))
          .replace(/^[ ,:()]+|[ ,:()]+$/g, ''),
      )
      expect(longest.filter((words) => !guide.includes(words))).toEqual([])
    },
  )
})
