// As root: npm run bench:connector [-- MAILBOXES]. What share of the connector's time its calls of doveadm take, when
// many passwords have changed; and how soon it begins with a change that comes after all of them. A real Dovecot.
import { once } from 'node:events'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { startMailHost } from '../connector/mail-host.ts'
import { inLanes, until } from '../connector/promises.ts'

const MAILBOXES = Number(process.argv[2] ?? 60)
const LANES = 2
const [first, second] = ['the first password', 'the second password']

const addresses = Array.from({ length: MAILBOXES }, (_, number) => `bench.${number}@example.org`)
const host = await startMailHost()
const open = async () => {
  const [row] = await host.query("SELECT COUNT(*) AS n FROM colombier_tasks WHERE state IN ('queued', 'running')")
  return Number(row?.['n'])
}
try {
  const doveadm = await timeDoveadm()
  await inLanes([...addresses, 'late@example.org'], 4, (address) => host.requestMailbox(address, first))
  for (let left = await open(); left > 0; left = await open()) await host.connect({ LANES: '4' })
  // Timed, for what doveadm itself takes; then as it is, since to time it takes a shell for each call.
  const timed = await change(first, second, doveadm.env)
  const calls = (await doveadm.calls()).filter(({ began, ended }) => began >= timed.begin && ended <= timed.end)
  const within = calls.reduce((sum, { began, ended }) => sum + ended - began, 0) / timed.count
  const plain = await change(second, first)
  const each = (LANES * (plain.end - plain.begin)) / plain.count
  console.log(
    `A change takes a lane ${each.toFixed(0)} ms; ${within.toFixed(0)} ms of them, ${((100 * within) / each).toFixed(0)} %, ` +
      `are in ${(calls.length / timed.count).toFixed(1)} calls of doveadm.`,
  )
  console.log(
    `One that was asked for while three quarters of ${MAILBOXES} waited began ${plain.waited.toFixed(0)} ms later.`,
  )
} finally {
  await host.stop()
}

/** Has all passwords changed. @returns from the first that was done to the last, when all lanes are at work */
async function change(current: string, next: string, env: Record<string, string> = {}) {
  await inLanes(addresses, 4, (address) => host.requestPassword(address, current, next))
  const connector = host.spawnConnector({ ...env, LANES: String(LANES) }, ['run', '--watch'])
  let output = ''
  connector.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const done = () =>
    [...output.matchAll(/^.*"task done".*$/gm)].map(([line]) => Date.parse((JSON.parse(line) as { time: string }).time))
  await until(() => done().length >= MAILBOXES / 4, 'a quarter of them is done', 600_000)
  await host.requestPassword('late@example.org', current, next)
  const asked = performance.now()
  await until(async () => (await host.task('late@example.org'))['state'] !== 'queued', 'it begins', 60_000)
  const waited = performance.now() - asked
  await until(async () => (await open()) === 0, 'all are done', 600_000)
  await sleep(1000)
  const ended = once(connector, 'exit')
  connector.kill()
  await ended
  const times = done()
  return { begin: Math.min(...times), end: Math.max(...times), count: times.length - LANES, waited }
}

/** A doveadm that writes down, in ms since 1970, when it began and ended. What bash takes itself is not counted. */
async function timeDoveadm() {
  const program = '/usr/local/bin/timed-doveadm'
  const file = `${host.lab.root}/run/timed-doveadm`
  const script = `#!/bin/bash
began=$EPOCHREALTIME
doveadm "$@"
code=$?
echo "$began $EPOCHREALTIME" >>/run/timed-doveadm
exit $code
`
  await writeFile(`${host.lab.root}${program}`, script)
  await chmod(`${host.lab.root}${program}`, 0o755)
  return {
    env: { DOVEADM: program },
    async calls() {
      const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean)
      return lines.map((line) => {
        const [began = NaN, ended = NaN] = line.split(' ').map((seconds) => Number(seconds) * 1000)
        return { began, ended }
      })
    },
  }
}
