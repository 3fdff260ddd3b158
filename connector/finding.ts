export type Level = 'ok' | 'warn' | 'fail'
/** Says how one thing is and, where it is not well, what to do. */
export type Say = (level: Level, what: string, remedy?: string) => void
