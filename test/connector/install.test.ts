import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openConnector } from '../../connector/run.ts'

const root = resolve(import.meta.dirname, '../..')
const source = join(root, 'connector')
let folder: string
let program: string

interface Manifest {
  dependencies: Record<string, string>
  bundleDependencies: string[]
}
const manifestOf = (where: string) => JSON.parse(readFileSync(join(where, 'package.json'), 'utf8')) as Manifest

/** Packed as it is given out, and unpacked where there is nothing else. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'colombier-connector-'))
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: source, stdio: 'pipe' })
  const [archive = ''] = readdirSync(folder)
  execFileSync('tar', ['-xzf', archive], { cwd: folder })
  rmSync(join(folder, archive))
  program = join(folder, 'package/dist/main.js')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const start = (args: string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [program, ...args], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', ...env },
    encoding: 'utf8',
  })

const sourceFiles = (readdirSync(source, { recursive: true }) as string[]).filter(
  (path) => path.endsWith('.ts') && !/^(?:node_modules|dist)\//.test(path),
)

describe('the connector, unpacked from its archive', () => {
  test('starts with nothing but Node', () => {
    const { status, stdout, stderr } = start(['--help'])
    expect(stderr).toBe('')
    expect(stdout).toContain('keygen FILE')
    expect(status).toBe(0)
  })

  test('brings its manual, its settings and its packages, and no sources', () => {
    const files = readdirSync(join(folder, 'package'), { recursive: true }) as string[]
    expect(files).toEqual(expect.arrayContaining(['.env.example', 'contract/README.md', 'dist/doctor.js']))
    expect(files.filter((path) => path.endsWith('.ts') && !path.startsWith('node_modules/'))).toEqual([])
    for (const name of Object.keys(manifestOf(source).dependencies)) expect(files).toContain(`node_modules/${name}`)
  })

  test('makes a key that only its owner can read, never writes over one, and tells its public half again', () => {
    const file = join(folder, 'connector.key')
    const made = start(['keygen', file])
    expect(made.stderr).toBe('')
    expect(made.stdout).toMatch(/^[\w-]{43}\n$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const key = readFileSync(file, 'utf8')
    expect(made.stdout).not.toContain(key.trim())

    expect(start(['keygen', file])).toMatchObject({ status: 0, stdout: made.stdout })
    expect(readFileSync(file, 'utf8')).toBe(key)
    writeFileSync(join(folder, 'no.key'), 'something else', { mode: 0o600 })
    expect(start(['keygen', join(folder, 'no.key')]).status).not.toBe(0)
    expect(readFileSync(join(folder, 'no.key'), 'utf8')).toBe('something else')
  })

  test('names every wrong setting at once, and prints no value', () => {
    const { status, stdout, stderr } = start(['run'], {
      DATABASE_PORT: '70000',
      DATABASE_PASSWORD: 'very secret',
      DATABASE_NAME: '',
      SEAL_WEB_PUBLIC_KEY: 'tooshort77',
      SEAL_PRIVATE_KEY_FILE: '/nowhere/at/all.key',
      MAILBOX_TABLE: 'users; drop',
      MAILBOX_OPEN: 'open sesame',
      LANES: 'many77',
      LOCK: 'maybe77',
    })
    expect(status).toBe(78)
    for (const name of [
      'DATABASE_PORT',
      'DATABASE_USER',
      'DATABASE_NAME',
      'SEAL_WEB_PUBLIC_KEY',
      'SEAL_PRIVATE_KEY_FILE',
      'MAILBOX_TABLE',
      'MAILBOX_OPEN',
      'LANES',
      'LOCK',
    ]) {
      expect(stdout + stderr).toContain(name)
    }
    expect(stdout + stderr).not.toMatch(/70000|very secret|tooshort77|drop|sesame|many77|maybe77|nowhere/)
  })

  test.each([['nonsense'], ['run', 'twice'], ['keygen'], ['--nonsense'], ['run', '--watch=maybe']])(
    'says how it is used after “%s”',
    (...args) => {
      const { status } = start(args)
      expect([64, 78]).toContain(status)
    },
  )

  test('refuses a private key that others can read', () => {
    const file = join(folder, 'open.key')
    writeFileSync(file, 'A'.repeat(43), { mode: 0o644 })
    const { status, stdout } = start(['run'], { SEAL_PRIVATE_KEY_FILE: file })
    expect(status).toBe(78)
    expect(stdout).toContain('chmod 600')
  })

  test('does not load what opens seals before there is a task', () => {
    const list = join(folder, 'list.mjs')
    // Every module that is loaded is asked for here, whatever way it is loaded.
    writeFileSync(
      list,
      `import * as module from 'node:module'
       const { registerHooks, register } = module
       const hook = { resolve(specifier, context, next) { process.stderr.write('loads ' + specifier + '\\n'); return next(specifier, context) } }
       if (registerHooks) registerHooks(hook)
       else register('data:text/javascript,' + encodeURIComponent('import { writeSync } from "node:fs"; export async function resolve(specifier, context, next) { writeSync(2, "loads " + specifier + "\\\\n"); return next(specifier, context) }'))`,
    )
    const { stderr } = spawnSync(process.execPath, ['--import', list, program, 'run'], { encoding: 'utf8', env: {} })
    expect(stderr).toContain('loads ./run.js')
    expect(stderr).toContain('loads mysql2')
    expect(stderr).not.toMatch(/hpke|seal\.js|doctor\.js/)
  })
})

describe('the connector’s folder is complete in itself', () => {
  test('its packages have the versions that the web app has', () => {
    const [mine, theirs] = [manifestOf(source), manifestOf(root)]
    for (const [name, version] of Object.entries(mine.dependencies))
      expect(theirs.dependencies[name], name).toBe(version)
    expect(mine.bundleDependencies.toSorted()).toEqual(Object.keys(mine.dependencies).toSorted())
  })

  test('nothing in it imports anything outside it', () => {
    expect(sourceFiles.length).toBeGreaterThan(15)
    const allowed = new Set([
      ...Object.keys(manifestOf(source).dependencies),
      ...builtinModules.map((name) => `node:${name}`),
    ])
    for (const path of sourceFiles) {
      const text = readFileSync(join(source, path), 'utf8')
      for (const [, from = ''] of text.matchAll(/(?:^import |\bfrom |\bimport\()'([^']+)'/gm)) {
        if (from.startsWith('.')) {
          const target = resolve(dirname(join(source, path)), from)
          expect(target.startsWith(`${source}/`), `${path} imports ${from}`).toBe(true)
        } else {
          const name = from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : (from.split('/')[0] ?? '')
          expect(allowed.has(from) || allowed.has(name), `${path} imports ${from}`).toBe(true)
        }
      }
    }
  })

  test('an import that leaves it does not compile', () => {
    const copy = join(folder, 'copy')
    mkdirSync(join(copy, 'connector'), { recursive: true })
    mkdirSync(join(copy, 'src'))
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    cpSync(join(root, 'tsconfig.json'), join(copy, 'tsconfig.json'))
    for (const path of [...sourceFiles, 'tsconfig.json', 'package.json']) {
      mkdirSync(dirname(join(copy, 'connector', path)), { recursive: true })
      cpSync(join(source, path), join(copy, 'connector', path))
    }
    writeFileSync(join(copy, 'src/secret.ts'), 'export const secret = 1\n')
    const compile = () =>
      spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(copy, 'connector'), '--noEmit'], { encoding: 'utf8' })
    expect(compile().stdout).toBe('')

    writeFileSync(join(copy, 'connector/leaves.ts'), "export { secret } from '../src/secret.ts'\n")

    expect(compile().stdout).toContain('TS6059')
  })
})

test('a run is opened without speaking to anyone', async () => {
  const { readConfig } = await import('../../connector/config.ts')
  const { generateSealKeys } = await import('../../connector/contract/seal.ts')
  const { publicKey } = await generateSealKeys()
  const file = join(folder, 'connector.key')
  const env = { DATABASE_USER: 'u', DATABASE_NAME: 'n', DATABASE_PORT: '1', SEAL_WEB_PUBLIC_KEY: publicKey, SEAL_PRIVATE_KEY_FILE: file, MAIL_ROOT: '/srv/mail' } // prettier-ignore
  const connector = openConnector(readConfig(env), () => undefined)
  await connector.db.end()
})
