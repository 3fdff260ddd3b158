// The programs that the bench asks: the built server, as its unit starts it, and R.
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateSealKeys } from '../../connector/contract/seal.ts'
import type { Site } from './site.ts'

const root = join(import.meta.dirname, '../..')
const programs: ChildProcess[] = []

export interface Server {
  origin: string
  process: ChildProcess
}

/** The memory and the variables that the web app's unit gives it. */
const unitEnvironment = Object.fromEntries(
  [...readFileSync(join(root, 'systemd/colombier.service'), 'utf8').matchAll(/^Environment=(.*)$/gm)]
    .flatMap(([, line = '']) => line.match(/"[^"]*"|\S+/g) ?? [])
    .map((pair) => pair.replaceAll('"', '').split(/=(.*)/s).slice(0, 2)),
) as Record<string, string>

/** At a SIGUSR2 it prints how long its event loop was held up since the last one. */
const watchLoop = `data:text/javascript,${encodeURIComponent(`
  import { monitorEventLoopDelay } from 'node:perf_hooks'
  const delay = monitorEventLoopDelay({ resolution: 1 })
  process.on('SIGUSR2', () => {
    console.log(JSON.stringify({ heldUpMs: delay.percentile(99.9) / 1e6 }))
    delay.reset()
    delay.enable()
  })`)}`

export const publicOrigin = 'http://bench.test'

export async function startServer(site: Site, folder: string, env: Record<string, string> = {}): Promise<Server> {
  const [web, connector] = await Promise.all([generateSealKeys(), generateSealKeys()])
  const keyFile = join(folder, 'web.key')
  writeFileSync(keyFile, web.privateKey, { mode: 0o600 })
  return startProgram(['--import', watchLoop, join(root, 'dist/src/server.js')], {
    ...unitEnvironment,
    APP_URL: publicOrigin,
    PORT: '0',
    SESSION_SECRET: 'for the bench only, and long enough to pass',
    SEAL_PRIVATE_KEY_FILE: keyFile,
    SEAL_CONNECTOR_PUBLIC_KEY: connector.publicKey,
    SIGN_IN_FAILURES: '1000',
    ALIASES_PER_MAILBOX: '10000',
    ...site.database.env,
    ...env,
  })
}

/** @returns where it listens */
export async function startProgram(args: string[], env: Record<string, string>): Promise<Server> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  programs.push(child)
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${args.at(-1) ?? ''} did not start: is it built?`)))
    child.stdout.on('data', (text: Buffer) => {
      const [, port] = /"port":(\d+)/.exec(text.toString()) ?? []
      if (port !== undefined) resolve({ origin: `http://127.0.0.1:${port}`, process: child })
    })
  })
}

async function endProgram(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null) return
  const ended = new Promise((resolve) => program.once('exit', resolve))
  program.kill()
  await ended
}

export const endPrograms = () => Promise.all(programs.map(endProgram))

/** In MB, of one process. */
export const memoryOf = ({ process: { pid } }: Server): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)

/** How long the event loop was held up since this was last asked, at p99.9, in milliseconds. */
export const heldUp = ({ process }: Server): Promise<number> =>
  new Promise((resolve) => {
    const look = (text: Buffer) => {
      const [, ms] = /"heldUpMs":([\d.]+|null)/.exec(text.toString()) ?? []
      if (ms === undefined) return
      process.stdout?.off('data', look)
      resolve(Math.round(Number(ms)))
    }
    process.stdout?.on('data', look)
    process.kill('SIGUSR2')
  })
