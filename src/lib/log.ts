import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Pick<Logger, 'info' | 'warn' | 'error'>

/**
 * Lines are gathered and written while nothing waits for them, at the latest after `periodicFlush` ms, and all that are
 * left when the program ends, by an exception too. Whoever reads too slowly loses lines, and nobody waits for them.
 */
const standardOutput = () =>
  pino.destination({ dest: 1, sync: false, minLength: 4096, maxLength: 2 ** 22, periodicFlush: 200 })

/** One JSON line for each event, by default on standard output. */
export const createLog = (destination: DestinationStream = standardOutput()): Log =>
  pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)

// Messages of these kinds come from the language or from us and name things. Others, above all a driver's, carry
// values.
const plainKinds = ['Error', 'TypeError', 'RangeError', 'ReferenceError']

interface Described {
  error: string
  message?: string
  code?: unknown
  errno?: unknown
  sqlState?: unknown
  frames: string[]
  cause?: Described
}

/** What may be logged of an error: its kind, codes and stack frames, never SQL, parameters or a driver's message. */
export function describeError(error: unknown, depth = 0): Described {
  if (!(error instanceof Error)) return { error: typeof error, frames: [] }

  const { code, errno, sqlState } = error as { code?: unknown; errno?: unknown; sqlState?: unknown }
  const plain = plainKinds.includes(error.name) && code === undefined && errno === undefined && sqlState === undefined
  return {
    error: error.name,
    ...(plain && { message: error.message }),
    ...(code !== undefined && { code }),
    ...(errno !== undefined && { errno }),
    ...(sqlState !== undefined && { sqlState }),
    frames: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .map((line) => line.trim()),
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  }
}
