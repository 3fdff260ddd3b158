import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deletionsOn } from './deletion-host.ts'
import { connectorProgram, makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { readSubjects } from './promises.ts'

const [first, second] = ['a first long password', 'a second long password']
let host: MailHost
beforeAll(async () => {
  host = await startMailHost()
})
afterAll(() => host.stop())

const read = (name: string) => readFileSync(join(import.meta.dirname, '../../systemd', name), 'utf8')

/** The options of setpriv in the crontab line: the rights that are left to the connector. */
const setpriv = / (setpriv .*) node /.exec(read('colombier-connector.cron'))?.[1]?.split(' ') ?? []

/** What the unit leaves writable: its folders are writable as a whole, so that stores can be moved within each. */
const writable = [
  ...(/^ReadWritePaths=(.*)$/m.exec(read('colombier-connector.service'))?.[1] ?? '').replaceAll(' -', ' ').split(' '),
  '/run/colombier-connector',
  // PrivateTmp gives it one of its own.
  '/tmp',
]
const within = `mkdir -p /run/colombier-connector && for folder in ${writable.join(' ').replace(/^-/, '')}; do
  test ! -d "$folder" || mount --rbind "$folder" "$folder"; done
  mount -o remount,bind,ro / && ! touch /usr/written /etc/written /written 2>/dev/null && exec "$@"`

/** One pass with no more rights than that, where nothing else can be written. */
const connect = (more: Record<string, string> = {}) =>
  host.lab.run(['unshare', '--mount', 'sh', '-c', within, 'sh', ...setpriv, 'node', connectorProgram, 'run'], {
    env: { ...host.env, ...more },
  })

test('the units and the crontab leave the connector the same rights', () => {
  const left = setpriv
    .join(' ')
    .match(/\+\w+/g)
    ?.map((name) => `CAP_${name.slice(1).toUpperCase()}`)
  expect(left?.length).toBeGreaterThan(5)
  for (const unit of ['colombier-connector.service', 'colombier-connector-watch.service']) {
    expect(/^CapabilityBoundingSet=(.*)$/m.exec(read(unit))?.[1]?.split(' ')).toEqual(left)
  }
})

test('they suffice to set a mailbox up, to change its password, and to take it and its store away for good', async () => {
  const address = 'few.rights@example.org'
  await host.requestMailbox(address, first)
  expect((await connect()).code).toBe(0)
  expect((await host.lab.deliver(address, makeMail('Kept'))).code).toBe(250)
  expect(await host.requestPassword(address, first, second)).toBe('requested')
  expect((await connect()).code).toBe(0)
  expect(await readSubjects(host, address, second)).toEqual(['Kept'])

  const deletions = deletionsOn(host)
  await deletions.request(address, second)
  const { code, stdout } = await connect({ QUARANTINE_DAYS: '0' })

  expect(code, stdout).toBe(0)
  expect(await host.task(address)).toMatchObject({ state: 'done' })
  expect(await deletions.homes()).toEqual([])
  expect(await deletions.quarantined()).toEqual([])
})

test('they suffice to end a doveadm that hangs when it has become the mail store’s user', async () => {
  const program = '/usr/local/bin/hanging-doveadm'
  const hang = 'exec setpriv --reuid=5000 --regid=5000 --clear-groups sleep 30'
  await writeFile(`${host.lab.root}${program}`, `#!/bin/sh\n${hang}\n`, { mode: 0o755 })
  const address = 'hanging.doveadm@example.org'
  await host.requestMailbox(address, first)
  const begun = performance.now()

  const { code, stdout } = await connect({ DOVEADM: program, DOVEADM_TIMEOUT_SECONDS: '2', ATTEMPTS: '8' })

  expect(code).toBe(1)
  expect(stdout).toContain('was killed')
  expect(performance.now() - begun).toBeLessThan(25_000)
  expect((await connect()).code).toBe(0)
})
