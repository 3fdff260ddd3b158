// The two Debian packages: made twice, installed on a Debian 13 that has nothing of ours, run, upgraded and removed.
import { execFileSync, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseEnv } from 'node:util'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setVariables } from '../../connector/contract/env-text.ts'
import { startLab, type Lab } from '../lab/lab.ts'
import { freePorts } from '../support/ports.ts'

const root = join(import.meta.dirname, '../..')
const settings = { web: '/etc/colombier/web/colombier.env', connector: '/etc/colombier/connector.env' }
let folder: string
let lab: Lab
let port: number
let server: ChildProcess | null = null

const debs = async (of: string) => (await readdir(join(folder, of))).sort()
const fieldOf = (file: string, field: string) =>
  execFileSync('dpkg-deb', ['-f', join(folder, 'one', file), field], { encoding: 'utf8' }).trim()
const listOf = (file: string) => execFileSync('dpkg-deb', ['-c', join(folder, 'one', file)], { encoding: 'utf8' })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colombier-packages-'))
  const node = (...args: string[]) => execFileSync(process.execPath, ['--import', 'tsx', ...args], { cwd: root })
  node('src/build/build.ts')
  for (const name of ['one', 'two']) node('src/build/packages/package.ts', join(folder, name))
  lab = await startLab()
  ;[port = 0] = await freePorts(1)
}, 900_000)
afterAll(async () => {
  server?.kill('SIGKILL')
  await lab.stop()
  await rm(folder, { recursive: true })
})

async function inside(argv: string[], input = '') {
  const result = await lab.run(argv, { input, timeoutMs: 120_000 })
  return { ...result, output: result.stdout + result.stderr }
}

/** Runs it, and shows what it said where that was no success. */
async function well(...argv: string[]) {
  const { code, output } = await inside(argv)
  expect(code, output).toBe(0)
  return output
}

async function set(of: keyof typeof settings, values: Record<string, string>) {
  const file = join(lab.root, settings[of])
  await writeFile(file, setVariables(await readFile(file, 'utf8'), values) ?? '')
}
const setIn = async (of: keyof typeof settings) => parseEnv(await readFile(join(lab.root, settings[of]), 'utf8'))
const install = async () => well('dpkg', '-i', ...(await debs('one')).map((file) => `/var/tmp/${file}`))

test('the same sources make the same bytes', async () => {
  const sums = async (of: string) =>
    Promise.all(
      (await debs(of)).map(async (file) => [
        file,
        createHash('sha256')
          .update(await readFile(join(folder, of, file)))
          .digest('hex'),
      ]),
    )
  expect(await debs('one')).toHaveLength(2)
  expect(await sums('two')).toEqual(await sums('one'))
})

test('they bring what runs and nothing to compile with, and the connector’s is small', async () => {
  const [connector = '', web = ''] = await debs('one')
  expect((await readFile(join(folder, 'one', connector))).length).toBeLessThan(2_000_000)
  expect(fieldOf(connector, 'Depends')).toBe('nodejs (>= 20.19), dovecot-core (>= 1:2.4.1)')
  expect(fieldOf(web, 'Depends')).toContain('nodejs (>= 20.19)')

  const files = listOf(web)
  expect(files).not.toMatch(/node_modules\/(?:typescript|tsx|vitest|eslint|@types)\/|\.d\.ts$/m)
  expect(files.match(/\S+\.node$/gm)?.filter((file) => /darwin|win32|freebsd|musl/.test(file))).toEqual([])
  expect(files).toMatch(/argon2\/prebuilds\/linux-\w+\/argon2\.glibc\.node/)
  for (const line of files.trim().split('\n')) expect(line).toMatch(/^[-d]rw[-x]r-[-x]r-[-x] root\/root /)
})

test('lintian finds nothing in them, not even with its pedantic eyes', async () => {
  const files = (await debs('one')).map((file) => join(folder, 'one', file))
  const { status, stdout, stderr } = spawnSync('lintian', ['--pedantic', '--allow-root', ...files], {
    encoding: 'utf8',
  })
  if (status === null) throw new Error('lintian is not installed: apt-get install -y --no-install-recommends lintian')
  expect(stdout + stderr).toBe('')
})

describe('on a Debian 13 that has nothing of ours', () => {
  test('they are installed by dpkg, with settings and keys that only their owners can read', async () => {
    for (const file of await debs('one')) await copyFile(join(folder, 'one', file), join(lab.root, 'var/tmp', file))
    await install()
    const modes = await well(
      ...['stat', '-c', '%a %U %n', '/etc/colombier/web', settings.web, '/etc/colombier/web/web.key'],
      ...[settings.connector, '/etc/colombier/connector.key'],
    )
    expect(modes.trim().split('\n')).toEqual([
      '750 colombier /etc/colombier/web',
      `600 colombier ${settings.web}`,
      '600 colombier /etc/colombier/web/web.key',
      `600 root ${settings.connector}`,
      '600 root /etc/colombier/connector.key',
    ])
    const { SESSION_SECRET, SEAL_PRIVATE_KEY_FILE } = await setIn('web')
    expect(SESSION_SECRET?.length).toBeGreaterThan(40)
    expect(SEAL_PRIVATE_KEY_FILE).toBe('/etc/colombier/web/web.key')
  })

  test('root makes tables, users and rights by one command, and the passwords go into the settings', async () => {
    const output = await well('colombier-database')
    expect(output).toContain('Everything is as it should be.')
    for (const of of ['web', 'connector'] as const) {
      const password = (await setIn(of))['DATABASE_PASSWORD'] ?? ''
      expect(password.length).toBeGreaterThan(30)
      expect(output).not.toContain(password)
    }
    expect(await well('stat', '-c', '%a %U', settings.web)).toBe('600 colombier\n')
    expect(await well('colombier-database')).not.toMatch(/CREATE|GRANT/)
  })

  test('with a name, it lets other hosts come by TLS, once', async () => {
    const [file, tls] = ['/etc/mysql/mariadb.conf.d/60-colombier.cnf', '/etc/mysql/tls']
    expect((await inside(['colombier-database', '--certificate', 'db_example'])).code).toBe(1)
    expect(await well('colombier-database', '--certificate', 'db.example.org', '--dry-run')).toContain('would be made')
    expect((await inside(['ls', tls, file])).code).not.toBe(0)

    const output = await well('colombier-database', '--certificate', 'db.example.org')
    expect(output).toContain('DATABASE_HOST=db.example.org')
    await well('openssl', 'verify', '-verify_hostname', 'db.example.org', '-CAfile', `${tls}/authority.pem`, `${tls}/server.pem`) // prettier-ignore
    expect(await well('stat', '-c', '%a %U', `${tls}/server.key`, `${tls}/authority.key`)).toBe('600 mysql\n600 root\n')
    expect((await inside(['runuser', '-u', 'mysql', '--', 'cat', `${tls}/server.key`])).code).toBe(0)
    const [, key] = /^ssl_key = (.*)$/m.exec(await well('cat', file)) ?? []
    expect(key).toBe(`${tls}/server.key`)

    const sums = () => well('sh', '-c', `sha256sum ${file} ${tls}/*`)
    const before = await sums()
    expect(await well('colombier-database', '--certificate', 'db.example.org')).not.toContain('Restart')
    expect(await sums()).toBe(before)
  })

  test('the web app runs as its unit says, and shows the setup', async () => {
    await set('web', {
      APP_URL: `http://127.0.0.1:${port}`,
      PORT: String(port),
      DATABASE_PORT: String(lab.ports.database),
    })
    const unit = await well('cat', '/usr/lib/systemd/system/colombier.service')
    const of = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? ''
    expect(of('ReadWritePaths')).toBe('/etc/colombier/web')
    const container = await readFile(join(root, 'docs/Containerfile'), 'utf8')
    const commands = JSON.parse(/^CMD (.*)$/m.exec(container)?.[1] ?? '[]') as string[]
    expect(commands.join(' ')).toBe(of('ExecStart'))
    expect(/^WORKDIR (.*)$/m.exec(container)?.[1]).toBe(of('WorkingDirectory'))
    expect(/^USER (.*)$/m.exec(container)?.[1]).toBe(of('User'))
    server = lab.spawn(
      ['runuser', '-u', of('User'), '--', 'sh', '-c', `cd ${of('WorkingDirectory')} && exec ${of('ExecStart')}`],
      { env: { NODE_ENV: 'production' }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let output = ''
    for (const stream of [server.stdout, server.stderr]) stream?.on('data', (text: Buffer) => (output += String(text)))
    for (let tries = 0; !output.includes('one-time token'); tries++) {
      expect(tries, output).toBeLessThan(600)
      expect(server.exitCode, output).toBeNull()
      await sleep(100)
    }
    const page = await fetch(`http://127.0.0.1:${port}/setup`)
    expect(page.status).toBe(200)
    const [, style = ''] = /href="(\/static\/[^"]+\.css)"/.exec(await page.text()) ?? []
    expect((await fetch(`http://127.0.0.1:${port}${style}`)).status).toBe(200)
  })

  test('`colombier` makes an administrator, by the native argon2 of the package, and checks the tables', async () => {
    const settled = {
      SEAL_CONNECTOR_PUBLIC_KEY: (await well('colombier-connector', 'keygen', '/etc/colombier/connector.key')).trim(),
    }
    await set('web', settled)
    const made = await inside(['colombier', 'admin', 'dora@people.test'], 'the first of all doves\n')
    expect(made.output).toContain('dora@people.test is a new super admin.')
    const { output } = await inside(['colombier', 'check'])
    expect(output).not.toMatch(/^fail/m)
    expect(output).toMatch(/^ok {4}colombier_web has every right/m)
    expect((await inside(['colombier', 'nonsense'])).code).toBe(64)
  })

  test('the connector’s doctor finds the mail host well, and a pass over its tasks ends well', async () => {
    await set('connector', {
      DATABASE_PORT: String(lab.ports.database),
      MAIL_ROOT: '/srv/mail',
      SEAL_WEB_PUBLIC_KEY: (await well('colombier', 'keygen', '/etc/colombier/web/web.key')).trim(),
    })
    const { code, output } = await inside(['colombier-connector', 'doctor'])
    expect(output).not.toMatch(/^fail/m)
    expect(code).toBe(0)
    await well('colombier-connector', 'run')
    expect((await inside(['colombier-connector', 'doctor'])).output).toMatch(/^ok {4}the connector ran \d+ s ago/m)
  })

  test('it works with no more of /proc and no more rights than its unit leaves it', async () => {
    const unit = await well('cat', '/usr/lib/systemd/system/colombier-connector.service')
    expect(unit).toMatch(/^ProcSubset=pid$/m)
    const [, list = ''] = /^CapabilityBoundingSet=(.*)$/m.exec(unit) ?? []
    const kept = list.toLowerCase().replaceAll('cap_', '+').replaceAll(' ', ',')
    const within = `mount -t proc -o subset=pid proc /proc && test ! -e /proc/meminfo &&
      exec setpriv --no-new-privs --bounding-set=-all,${kept} "$@"`
    for (const command of ['doctor', 'run']) {
      const { code, output } = await inside([
        'unshare',
        '--mount',
        'sh',
        '-c',
        within,
        'sh',
        'colombier-connector',
        command,
      ])
      expect(output).not.toMatch(/^fail/m)
      expect(code, output).toBe(0)
    }
  })

  test('man pages and completion are where they are looked for', async () => {
    for (const page of ['man1/colombier.1', 'man1/colombier-connector.1', 'man8/colombier-database.8']) {
      const text = execFileSync('gzip', ['-dc', join(lab.root, `usr/share/man/${page}.gz`)], { encoding: 'utf8' })
      const formatted = execFileSync('groff', ['-man', '-Tutf8', '-ww', '-z'], { input: text, encoding: 'utf8' })
      expect(formatted).toBe('')
      expect(text).not.toContain('@VERSION@')
    }
    await well('bash', '-n', '/usr/share/bash-completion/completions/colombier')
    await well('bash', '-n', '/usr/share/bash-completion/completions/colombier-connector')
  })

  test('an upgrade keeps settings and keys; removal does too; purge removes ours and no table', async () => {
    const kept = ['/etc/colombier/web', '/etc/colombier/connector.env', '/etc/colombier/connector.key']
    const sums = () => well('sh', '-c', `find ${kept.join(' ')} -type f ! -name '*.bak' | sort | xargs sha256sum`)
    const before = await sums()
    const admin = await createConnection(lab.database)
    await admin.query('DROP TABLE colombier_passkeys, colombier_challenges')
    await admin.query("DELETE FROM colombier_migrations WHERE name = '0010-passkeys'")
    expect(await install()).toContain('-- migration 0010-passkeys')
    await admin.query('SELECT 1 FROM colombier_challenges')
    await admin.end()
    expect(await sums()).toBe(before)
    if (server) {
      server.kill('SIGTERM')
      await once(server, 'exit')
      server = null
    }
    await well('dpkg', '-r', 'colombier', 'colombier-connector')
    expect(await sums()).toBe(before)
    expect((await inside(['test', '-e', '/usr/lib/colombier'])).code).toBe(1)

    await well('dpkg', '-P', 'colombier', 'colombier-connector')
    expect((await inside(['test', '-e', '/etc/colombier'])).code).toBe(1)
    const db = await createConnection(lab.database)
    const [tables] = await db.query<RowDataPacket[]>("SHOW TABLES WHERE Tables_in_mail RLIKE 'colombier_|virtual_'")
    await db.end()
    expect(tables.length).toBeGreaterThan(18)
  })
})
