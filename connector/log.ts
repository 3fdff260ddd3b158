/** Writes one JSON line per event to standard output, for the journal or a file. Fields name things, never secrets. */
export type Log = (level: 'info' | 'error', message: string, fields?: Record<string, string | number | null>) => void

export const log: Log = (level, message, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`)
}

/** A log for work that is retried at every pass: it writes the same line only once. */
export function sayOnce(say: Log): Log {
  const said = new Set<string>()
  return (level, message, fields = {}) => {
    const line = JSON.stringify([message, fields])
    if (said.has(line)) return
    said.add(line)
    say(level, message, fields)
  }
}
