export type Level = 'ok' | 'warn' | 'fail'
/** Reports on one thing and, if it is not in order, says what to do. */
export type Say = (level: Level, what: string, remedy?: string) => void
