/** What the database answers when it cannot do its work now and may be able to later, whatever was asked of it. */
const NUMBERS = new Set([
  // too many connections, or too many of this user
  1040, 1203, 1226,
  // no room: disk, table, threads
  1021, 1114, 1135,
  // it stops, or has ended the connection or the statement
  1053, 1317, 1927, 2006, 2013, 3169, 4031,
  // it takes no writes: read-only, a replica, a cluster without its majority, offline
  1047, 1290, 1792, 1836, 3032, 3100, 3101,
  // somebody else holds the row
  1205, 1213,
]) // prettier-ignore

const CONNECTION_CODES = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'PROTOCOL_CONNECTION_LOST']

/** What could not be begun because others wait for the database too. */
export class DatabaseBusy extends Error {
  override name = 'DatabaseBusy'
}

/** Whether it is the database, and not what was asked of it: the same may go well in a while. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code = '', errno = 0, fatal = false } = error as { code?: string; errno?: number; fatal?: boolean }
  return error instanceof DatabaseBusy || fatal || CONNECTION_CODES.includes(code) || NUMBERS.has(errno)
}
