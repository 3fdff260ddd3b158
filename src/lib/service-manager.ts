import { spawn } from 'node:child_process'
import { describeError, type Log } from './log.ts'

export interface ServiceManager {
  /** that requests are answered from now on */
  ready: () => void
  /** a process that gives no sign of life for so long is to be started anew; null: nobody watches */
  watchdogMs: number | null
}

/**
 * systemd, where it has started this program with Type=notify; otherwise nobody is told. Node has no datagram sockets
 * of the Unix kind, so systemd's own program speaks for this one: it is there wherever systemd is, and it ends only
 * when systemd has read what it said. For that a unit needs NotifyAccess=all.
 */
export function createServiceManager(env: Record<string, string | undefined>, log: Log): ServiceManager {
  const { NOTIFY_SOCKET, WATCHDOG_USEC } = env
  const tell = (state: string) => {
    if (NOTIFY_SOCKET === undefined) return
    const told = spawn('systemd-notify', [state], { env: { PATH: env['PATH'], NOTIFY_SOCKET }, stdio: 'ignore' })
    told.once('error', (error) => log.error({ event: 'systemd cannot be told', ...describeError(error) }))
  }

  const watchdogMs = WATCHDOG_USEC === undefined ? null : Number(WATCHDOG_USEC) / 1000

  return {
    watchdogMs,
    ready() {
      tell('READY=1')
      // As long as this timer comes round, the program is not stuck.
      if (watchdogMs !== null) setInterval(() => tell('WATCHDOG=1'), watchdogMs / 3).unref()
    },
  }
}
