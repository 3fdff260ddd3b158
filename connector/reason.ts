/** The code of an error, such as ENOSPC. Only the code is logged, because the message may quote a value. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
