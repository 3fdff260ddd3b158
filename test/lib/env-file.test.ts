import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { replaceFile } from '../../connector/contract/replace-file.ts'
import { openSettings } from '../../src/lib/env-file.ts'
import { quoteValue, setVariables } from '../../connector/contract/env-text.ts'

const example = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8')

// Signs that mean something to some reader of such a file come often.
const value = fc.string({
  unit: fc.oneof(fc.constantFrom(...'"\'`\\$#=\n\r\t {}n'.split('')), fc.string({ minLength: 1 })),
})
const line = fc.oneof(
  fc.constantFrom(
    '',
    '# a comment',
    '#LIMIT=3',
    'LIMIT=4',
    'export LIMIT = 5',
    'OTHER="a # b"',
    "THIRD='x",
    '"',
    'x=`',
  ),
  fc.string(),
  fc.stringMatching(/^[A-Z]{1,3}=["'`]?[\w# $\\]*["'`]?$/),
)

test('whatever the value, Node reads it back from the file, or it is refused', () => {
  fc.assert(
    fc.property(value, (text) => {
      const written = setVariables(example, { SMTP_URL: text, NEW: text })
      if (written === null) return quoteValue(text) === null
      const { SMTP_URL, NEW, ...rest } = parseEnv(written)
      expect([SMTP_URL, NEW]).toEqual([text, text])
      expect(rest).toEqual({ ...parseEnv(example) })
    }),
    { numRuns: 2000 },
  )
})

test('whatever is in the file, no other variable changes, and every other line stays', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), value, (lines, text) => {
      const before = lines.join('\n')
      const written = setVariables(before, { LIMIT: text })
      if (written === null) return
      expect({ ...parseEnv(written) }).toEqual({ ...parseEnv(before), LIMIT: text })
      const changed = lines.flatMap((old) => old.split(/\r?\n/)).filter((old) => !/LIMIT\s*=/.test(old))
      const kept = written.split(/\r?\n/)
      for (const old of changed) expect(kept).toContain(old)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['a line break', 'x\nADMIN=1'],
  ['a carriage return', 'x\rADMIN=1'],
  ['a NUL', 'x\0'],
  ['all three quotes', `"'\``],
  ['half a character', '\ud800'],
])('a value with %s is refused', (_what, text) => {
  expect(quoteValue(text)).toBeNull()
  expect(setVariables('', { A: text })).toBeNull()
})

test('a variable is set where it stands, or where it stood behind a sign, and else at the end', () => {
  const before = '# The port.\n#PORT=8686\n\nHOST=a # mine\nLAST=1'
  expect(setVariables(before, { PORT: '1', HOST: 'b', NEW: 'x y' })).toBe(
    '# The port.\nPORT=1\n\nHOST=b\nLAST=1\nNEW="x y"\n',
  )
  expect(setVariables('A=1\r\nB=2\r\n', { A: '3' })).toBe('A=3\r\nB=2\r\n')
})

test('a variable that is to be unset goes behind a sign, wherever it is set', () => {
  expect(setVariables('A=1\n# A is ours.\nexport A=2\nB=3\n', { A: null, C: null })).toBe(
    '#A=1\n# A is ours.\n#export A=2\nB=3\n',
  )
})

test('a line within a value of several lines is not taken for a variable', () => {
  expect(setVariables('KEY="one\nLIMIT=3\ntwo"\n', { LIMIT: '4' })).toBeNull()
})

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'colombier-env-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const modeOf = (path: string) => statSync(path).mode & 0o777

test('the file is replaced whole, the previous one is kept, and nobody else may read either', async () => {
  const file = join(folder, 'colombier.env')
  writeFileSync(file, 'A=1\n')
  chmodSync(file, 0o644)
  await replaceFile(file, 'A=2\n')

  expect(readFileSync(file, 'utf8')).toBe('A=2\n')
  expect(readFileSync(`${file}.bak`, 'utf8')).toBe('A=1\n')
  expect([modeOf(file), modeOf(`${file}.bak`)]).toEqual([0o640, 0o600])
  expect(readdirSync(folder).sort()).toEqual(['colombier.env', 'colombier.env.bak'])
})

test('a link stays a link, and a file that was not there is for its owner alone', async () => {
  const file = join(folder, 'real.env')
  await replaceFile(file, 'A=1\n')
  expect(modeOf(file)).toBe(0o600)

  symlinkSync(file, join(folder, 'link.env'))
  await replaceFile(join(folder, 'link.env'), 'A=2\n')
  expect(readFileSync(file, 'utf8')).toBe('A=2\n')
})

test('where it may not be written, the file is as it was and nothing is left beside it', async () => {
  const file = '/proc/self/colombier.env'
  await expect(replaceFile(file, 'A=1\n')).rejects.toThrow()

  const kept = join(folder, 'kept.env')
  writeFileSync(kept, 'A=1\n')
  symlinkSync('/nowhere/at/all', `${kept}.bak`)
  await replaceFile(kept, 'A=2\n')
  expect(readFileSync(kept, 'utf8')).toBe('A=2\n')
})

test('settings are read anew from the file, and what the environment says goes before it', () => {
  const file = join(folder, 'colombier.env')
  writeFileSync(file, 'A=1\nB=1\n')
  const settings = openSettings({ A: '1', B: 'outside', C: 'outside' }, ['--import', 'tsx', `--env-file=${file}`])
  expect(settings.file).toBe(file)

  writeFileSync(file, 'A=2\nB=2\nD=2\n')
  expect(settings.read()).toEqual({ A: '2', B: 'outside', C: 'outside', D: '2' })
})

test.each([
  [['--env-file', '/one'], '/one'],
  [['--env-file-if-exists=/one', '--env-file=/two'], '/two'],
  [['--import', 'tsx'], null],
])('the file is the one that Node was started with: %j', (execArgv, file) => {
  expect(openSettings({}, execArgv).file).toBe(file)
})
