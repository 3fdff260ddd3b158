import { createHash } from 'node:crypto'

/** What the database keeps of a token that opens something, so that whoever reads its tables can open nothing. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()
