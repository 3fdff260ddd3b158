import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Pick<Logger, 'info' | 'warn' | 'error'>

/** One JSON line for each event, by default on standard output. */
export const createLog = (destination: DestinationStream = pino.destination(1)): Log =>
  pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)

// Messages of these kinds are the language's or our own and name things. Others, a driver's above all, carry values.
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
