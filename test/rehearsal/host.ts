// Hosts of Debian 13 with systemd as their first process, in namespaces and with addresses of their own. They end with
// the process that started them, even a killed one.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Host {
  name: string
  /** its first process, as this machine numbers it */
  init: string
  /** its files, as seen from here */
  root: string
  /** Runs something inside and waits for its end, whatever its exit code. */
  run(argv: string[], input?: string): Promise<{ code: number | null; output: string }>
  /** The same, of which nothing but success is expected. @throws with what it said */
  well(argv: string[], input?: string): Promise<string>
  stop(): Promise<void>
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }) // prettier-ignore

/** Where this machine has control groups of the second kind: the only ones that a systemd of today takes. */
const controlGroups = (): string => {
  const [, found] = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8')) ?? []
  if (found === undefined) throw new Error('This machine has no cgroup2, without which systemd does not start.')
  return found
}

/** @param links the other end's process, or null for this machine, with both addresses */
export async function startHost(root: string, name: string, names: string[], links: Link[]): Promise<Host> {
  const folder = mkdtempSync(join(tmpdir(), 'colombier-rehearsal-'))
  const group = join(controlGroups(), `colombier-rehearsal-${process.pid}-${name}`)
  mkdirSync(group)
  const hosts = ['127.0.0.1 localhost', ...names].join('\n')
  const script = join(import.meta.dirname, 'host.sh')
  const holder = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'sh', '-c', 'echo 0 >"$1/cgroup.procs"; shift; exec "$@"', 'sh', group],
      ...['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--uts', '--ipc'],
      ...['--net', '--cgroup', 'sh', script, root, folder, name, hosts],
    ],
    { env: { PATH: path }, stdio: ['pipe', 'pipe', 'inherit'] },
  )
  await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit').then(() => Promise.reject(new Error(`${name} did not start`)))]) // prettier-ignore
  const pid = String(holder.pid)
  const init = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()

  const host: Host = {
    name,
    init,
    root: `/proc/${init}/root`,
    async run(argv, input = '') {
      const child = spawn('nsenter', ['--target', init, '--all', '--', 'sh', '-c', 'cd && exec "$@"', 'sh', ...argv], {
        env: { PATH: path, HOME: '/root', LANG: 'C.UTF-8', TERM: 'dumb' },
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: 300_000,
        killSignal: 'SIGKILL',
      })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += String(text)))
      child.stdin.on('error', () => undefined)
      child.stdin.end(input)
      const [code] = (await once(child, 'close')) as [number | null]
      return { code, output }
    },
    async well(argv, input) {
      const { code, output } = await host.run(argv, input)
      if (code !== 0) throw new Error(`${name}: ${argv.join(' ')} ended with ${String(code)}:\n${output}`)
      return output
    },
    async stop() {
      const ended = once(holder, 'exit')
      holder.kill('SIGKILL')
      await ended
      // What has been killed leaves its control group a moment later.
      for (let tries = 0; existsSync(group); tries++) {
        try {
          removeGroups(group)
        } catch (error) {
          if (tries > 50) throw error
          await sleep(200)
        }
      }
      rmdirSync(folder)
    },
  }

  try {
    connectTo(host, links)
    holder.stdin.write('go\n')
    await until(host)
    return host
  } catch (error) {
    await host.stop()
    throw error
  }
}

function removeGroups(at: string) {
  for (const inner of readdirSync(at)) if (statSync(join(at, inner)).isDirectory()) removeGroups(join(at, inner))
  rmdirSync(at)
}

type Link = { to: Host | null; here: string; there: string }

function connectTo(host: Host, links: Link[]) {
  const { init } = host
  run('nsenter', '--target', init, '--net', 'ip', 'link', 'set', 'lo', 'up')
  for (const [number, { to, here, there }] of links.entries()) {
    const [near, far] = ['n', 'f'].map((end) => `c${init}${end}${number}`) as [string, string]
    run('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far)
    run('ip', 'link', 'set', near, 'netns', init)
    run('nsenter', '--target', init, '--net', 'ip', 'address', 'add', `${here}/30`, 'dev', near)
    run('nsenter', '--target', init, '--net', 'ip', 'link', 'set', near, 'up')
    if (to !== null) run('ip', 'link', 'set', far, 'netns', to.init)
    for (const words of [`address add ${there}/30 dev ${far}`, `link set ${far} up`]) {
      if (to === null) run('ip', ...words.split(' '))
      else run('nsenter', '--target', to.init, '--net', 'ip', ...words.split(' '))
    }
  }
}

/** Waits until everything that it starts by itself has started. */
async function until(host: Host) {
  for (let tries = 0; ; tries++) {
    const { output } = await host.run(['systemctl', 'is-system-running'])
    // Without hardware to load modules for, it is degraded.
    if (/^(?:running|degraded)$/m.test(output)) return
    if (tries > 120) throw new Error(`${host.name} does not come up: ${output}`)
    await sleep(500)
  }
}

/** Writes a file of the host. */
export function put(host: Host, file: string, text: string, mode = 0o644) {
  mkdirSync(dirname(join(host.root, file)), { recursive: true })
  writeFileSync(join(host.root, file), text, { mode })
}

/** Takes the host's link with this address down, or up again: what is on its way is dropped without a word. */
export function setLink({ init }: Host, address: string, state: 'down' | 'up') {
  const found = run('nsenter', '--target', init, '--net', 'ip', '-oneline', 'address', 'show', 'to', `${address}/32`)
  const [, device = ''] = /^\d+: (\S+)/.exec(found) ?? []
  run('nsenter', '--target', init, '--net', 'ip', 'link', 'set', device, state)
}
