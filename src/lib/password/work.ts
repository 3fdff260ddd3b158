import { availableParallelism } from 'node:os'
import type { Piscina } from 'piscina'
import { startThreads } from './threads.ts'
import type { CryptTask } from './worker.ts'

/** As many hashes are under way and waiting as there may be: answer 503 and let the person try again. */
export class HasherBusy extends Error {
  override name = 'HasherBusy'
  constructor() {
    super('too many passwords are being hashed')
  }
}

interface HashWorkOptions {
  /**
   * Hashes at once, each up to 64 MiB and a core. By default one a core, but never the whole of libuv's thread pool
   * (UV_THREADPOOL_SIZE, 4), which argon2 and pbkdf2 share with files and host names.
   */
  atOnce?: number
  /** Hashes that may wait for their turn; by default 8 for each at once, some three seconds of argon2id. */
  maxWaiting?: number
}

/** The turns and threads that hashing has in this process; hashers may share one. */
export interface HashWork {
  /**
   * Does the job when its turn comes.
   * @throws HasherBusy at once, without doing the job, when the queue is full; else what the job throws
   */
  inTurn<T>(job: () => Promise<T>): Promise<T>
  /** crypt(3) in a worker thread, started when first needed. Call it inside a turn: that is what bounds it. */
  crypt(task: CryptTask): Promise<string>
  /** Resolves when all that was accepted is done and the threads have ended; what comes later is refused. */
  close(): Promise<void>
}

/** @throws RangeError when a number is not a whole one in its range */
export function createHashWork(options: HashWorkOptions = {}): HashWork {
  const atOnce = options.atOnce ?? Math.max(1, Math.min(availableParallelism(), uvThreads() - 1))
  const maxWaiting = options.maxWaiting ?? atOnce * 8
  if (!Number.isSafeInteger(atOnce) || atOnce < 1) throw new RangeError('atOnce must be a whole number from 1')
  if (!Number.isSafeInteger(maxWaiting) || maxWaiting < 0) throw new RangeError('maxWaiting must be a whole number')

  let underWay = 0
  let closed = false
  const waiting: (() => void)[] = []
  const idle: (() => void)[] = []
  let threads: Piscina<CryptTask, string> | null = null

  function leave(): void {
    const next = waiting.shift()
    // The turn is handed on as it is, so that no newcomer slips in between.
    if (next !== undefined) return next()
    underWay--
    if (underWay === 0) for (const resolve of idle.splice(0)) resolve()
  }

  return {
    async inTurn(job) {
      if (closed) throw new Error('the password hasher is closed')
      if (underWay < atOnce) underWay++
      else if (waiting.length < maxWaiting) await new Promise<void>((resolve) => waiting.push(resolve))
      else throw new HasherBusy()

      try {
        return await job()
      } finally {
        leave()
      }
    },

    crypt(task) {
      threads ??= startThreads<CryptTask, string>('worker', atOnce)
      return threads.run(task)
    },

    async close() {
      closed = true
      if (underWay > 0) await new Promise<void>((resolve) => idle.push(resolve))
      await threads?.close()
      threads = null
    },
  }
}

function uvThreads(): number {
  const set = Number(process.env['UV_THREADPOOL_SIZE'])
  return Number.isSafeInteger(set) && set > 0 ? set : 4
}
