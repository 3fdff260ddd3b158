/** One JSON line an event, on standard output, for the journal or a file. Fields name things, never secrets. */
export type Log = (level: 'info' | 'error', message: string, fields?: Record<string, string | number | null>) => void

export const log: Log = (level, message, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`)
}
