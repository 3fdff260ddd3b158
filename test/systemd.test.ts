// The units, read by systemd's own checker, and the crontab line.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Job, scheduleJob } from 'node-schedule'
import { afterAll, beforeAll, expect, test } from 'vitest'

const source = join(import.meta.dirname, '../systemd')
const units = readdirSync(source).filter((name) => /\.(service|timer)$/.test(name))
// Debian 13's knows how attempts grow apart; one before 254 ignores that, with a warning.
const isOld = Number(/\d+/.exec(analyze('--version').output)?.[0]) < 254
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'colombier-units-'))
  for (const name of units) {
    // The checker looks for the program, which on this machine may be in another folder.
    const text = unit(name).replaceAll('/usr/bin/node', process.execPath)
    writeFileSync(join(folder, name), isOld ? text.replace(/^Restart(?:Steps|MaxDelaySec)=.*\n/gm, '') : text)
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('systemd accepts every unit without a word', () => {
  expect(units).toEqual([
    'colombier-connector-watch.service',
    'colombier-connector.service',
    'colombier-connector.timer',
    'colombier.service',
  ])
  const check = analyze('verify', ...units.map((name) => join(folder, name)))

  expect(check.output).toBe('')
  expect(check.status).toBe(0)
})

test('the check would notice a misspelt setting and a program that is not there', () => {
  const broken = join(folder, 'broken.service')
  writeFileSync(broken, '[Service]\nExecStart=/usr/bin/no-such-program\nProtectSystm=strict\n')
  const check = analyze('verify', broken)
  rmSync(broken)

  expect(check.output).toContain('ProtectSystm')
  expect(check.output).toContain('no-such-program')
})

test.each([
  ['colombier.service', 15],
  ['colombier-connector.service', 25],
  ['colombier-connector-watch.service', 25],
])('%s is exposed to no more than %i of 100', (name, most) => {
  const check = analyze('security', '--offline=true', `--threshold=${most}`, '--no-pager', join(folder, name))

  expect(check.status, check.output).toBe(0)
})

test('the settings are read by Node, so no unit lets systemd read them', () => {
  for (const name of units.filter((unitName) => unitName.endsWith('.service'))) {
    expect(unit(name)).toMatch(/^ExecStart=\/usr\/bin\/node --env-file=\/etc\/colombier\/\w+\.env dist\/\S+\.js/m)
    expect(unit(name)).not.toMatch(/^EnvironmentFile/m)
  }
})

test('the web app has more time to end its requests than it takes, and a wrong setting starts no loop', () => {
  const server = readFileSync(join(import.meta.dirname, '../src/server.ts'), 'utf8')
  const number = (pattern: RegExp, text: string) => Number(pattern.exec(text)?.[1]?.replace('_', ''))
  const web = unit('colombier.service')

  const takesMs = number(/^const REQUESTS_END_WITHIN_MS = ([\d_]+)$/m, server)
  expect(number(/^TimeoutStopSec=(\d+)$/m, web) * 1000).toBeGreaterThan(takesMs + 5000)
  expect(number(/^RestartPreventExitStatus=(\d+)$/m, web)).toBe(number(/^const EX_CONFIG = (\d+)$/m, server))
})

test('the web app has the same memory in a container, and Node takes what it is told of it', () => {
  const [, options = '', arenas] =
    /^Environment="NODE_OPTIONS=(.*)" (MALLOC_ARENA_MAX=2)$/m.exec(unit('colombier.service')) ?? []
  const container = readFileSync(join(import.meta.dirname, '../docs/Containerfile'), 'utf8')
  expect(container).toContain(`ENV NODE_OPTIONS="${options}" ${arenas}`)

  const limit = "require('v8').getHeapStatistics().heap_size_limit"
  const { stdout } = spawnSync(process.execPath, ['-p', limit], { env: { NODE_OPTIONS: options }, encoding: 'utf8' })
  expect(Number(stdout) / 2 ** 20).toBeGreaterThan(512)
  expect(Number(stdout) / 2 ** 20).toBeLessThan(560)
})

test('the two connector services differ in nothing but staying up', () => {
  const hardening = (name: string) => /^# As narrow[^[]*/m.exec(unit(name))?.[0].trim()

  expect(hardening('colombier-connector.service')).toContain('NoNewPrivileges=yes')
  expect(hardening('colombier-connector-watch.service')).toBe(hardening('colombier-connector.service'))
})

test('the timer comes every two minutes', () => {
  const calendar = /^OnCalendar=(.*)$/m.exec(unit('colombier-connector.timer'))?.[1] ?? ''
  const check = analyze('calendar', '--iterations=2', '--base-time=2026-01-01 00:00:30 UTC', calendar)

  expect(check.output).toMatch(/00:02:00 UTC[^]*00:04:00 UTC/)
})

test('the crontab line is one that cron and the shell can read', () => {
  const file = unit('colombier-connector.cron')
  const lines = file.split('\n').filter((line) => !/^(#|[A-Z]+=|$)/.test(line))
  expect(lines).toHaveLength(1)
  // cron leaves out a last line without its end.
  expect(file.endsWith('\n')).toBe(true)

  const [, rule = '', user, command = ''] = /^((?:\S+ ){4}\S+) (\S+) (.*)$/.exec(lines[0] ?? '') ?? []
  const job = scheduleJob(rule, () => undefined) as Job | null
  expect((job?.nextInvocation()?.getMinutes() ?? 1) % 2).toBe(0)
  job?.cancel()
  expect(user).toBe('root')
  // cron takes a per cent sign for the end of the line.
  expect(command).not.toContain('%')
  expect(command).toContain('flock -n ')
  expect(spawnSync('sh', ['-n', '-c', command]).status).toBe(0)
})

const unit = (name: string): string => readFileSync(join(source, name), 'utf8')

function analyze(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync('systemd-analyze', args, {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  })
  if (error) throw new Error('systemd-analyze is not installed: apt-get install -y --no-install-recommends systemd')
  return { status, output: stdout + stderr }
}
