/** The code of a system's or a database's error, such as ENOSPC. All that is told of it: its message may quote a value. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
