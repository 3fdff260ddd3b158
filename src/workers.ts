import cluster, { type Worker } from 'node:cluster'
import type { SettingsSource } from './lib/env-file.ts'
import type { Log } from './lib/log.ts'

/**
 * Has so many processes of this program answer at one port, and begins another where one breaks. All they share is in
 * the database, as with processes on several hosts.
 * @returns once all have ended, after a SIGTERM or SIGINT, or because one could not start: the exit status
 */
export function runWorkers(count: number, { namesFromFile }: SettingsSource, log: Log): Promise<number> {
  // Each reads the settings' file itself, where the setup may have written since.
  const unread = Object.fromEntries(namesFromFile.map((name) => [name, undefined]))
  const listening = new Set<Worker>()
  let status: number | null = null

  const stop = (with_: number) => {
    status ??= with_
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM')
  }
  cluster.on('listening', (worker) => listening.add(worker))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(0))

  for (let started = 0; started < count; started++) cluster.fork(unread)
  return new Promise((resolve) => {
    cluster.on('exit', (worker, code, signal) => {
      if (status === null && listening.delete(worker)) {
        log.error({ event: 'a web process broke', code, signal })
        cluster.fork(unread)
        return
      }
      // What keeps one from starting keeps the others, and has been said.
      if (status === null) stop(code === 0 ? 1 : code)
      if (Object.keys(cluster.workers ?? {}).length === 0) resolve(status ?? 1)
    })
  })
}
