import cluster, { type Worker } from 'node:cluster'
import type { SettingsSource } from './lib/env-file.ts'
import type { Log } from './lib/log.ts'
import type { ServiceManager } from './lib/service-manager.ts'

/** Tells the first process, time and again, that this one is not stuck. */
export function giveSignsOfLife({ watchdogMs }: ServiceManager): void {
  if (watchdogMs !== null) setInterval(() => process.send?.('alive'), watchdogMs / 4).unref()
}

/**
 * Has so many processes of this program answer at one port, and begins another where one breaks. All they share is in
 * the database, as with processes on several hosts.
 * @returns once all have ended, after a SIGTERM or SIGINT, or because one could not start: the exit status
 */
export function runWorkers(
  count: number,
  { namesFromFile }: SettingsSource,
  log: Log,
  { ready, watchdogMs }: ServiceManager,
): Promise<number> {
  // Each reads the settings' file itself, where the setup may have written since.
  const unread = Object.fromEntries(namesFromFile.map((name) => [name, undefined]))
  const listening = new Set<Worker>()
  /** those that have given a sign of life since they were last looked at */
  const alive = new Set<Worker>()
  let timesListening = 0
  let status: number | null = null

  const stop = (with_: number) => {
    status ??= with_
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM')
  }
  cluster.on('listening', (worker) => {
    listening.add(worker)
    alive.add(worker)
    if (++timesListening === count) ready()
  })
  cluster.on('message', (worker) => alive.add(worker))
  const endStuck = () => {
    for (const worker of listening) if (!alive.has(worker)) worker.process.kill('SIGKILL')
    alive.clear()
  }
  // The service manager watches this process, and this process the others.
  if (watchdogMs !== null) setInterval(endStuck, watchdogMs).unref()
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
