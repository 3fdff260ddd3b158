import type { Piscina } from 'piscina'
import { startThreads } from './threads.ts'

/** 0: found among the first that are tried, 4: not to be guessed. */
export type Strength = 0 | 1 | 2 | 3 | 4

export interface StrengthMeter {
  /** @returns null when others wait already: it is advice, and worth no waiting */
  strengthOf: (password: string) => Promise<Strength | null>
  close(): Promise<void>
}

// The time grows faster than the length. Anything longer is strong by its length alone.
const mostCharacters = 64
const mostWaiting = 1

/** Rates passwords one by one in a thread of the lowest priority, started on demand, so that nothing waits for it. */
export function createStrengthMeter(): StrengthMeter {
  let thread: Promise<Piscina<string, Strength>> | null = null

  return {
    async strengthOf(password) {
      thread ??= startThreads<string, Strength>('strength-worker', 1)
      const meter = await thread
      if (meter.queueSize >= mostWaiting) return null
      return meter.run(password.slice(0, mostCharacters))
    },
    async close() {
      await (await thread)?.close()
      thread = null
    },
  }
}
