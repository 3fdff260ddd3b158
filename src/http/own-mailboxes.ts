import { isId } from '../db/ids.ts'
import { findOwned, listForAccount, type Mailbox, type OwnMailbox } from '../db/mailboxes.ts'
import type { Pool } from '../db/store.ts'
import type { AppContext } from './context.ts'
import { requireAccount } from './guards.ts'

/**
 * Pages that begin with one's own mailboxes have them asked for with the session, in one question. A request that
 * changes a mailbox does not: it is answered with the mailboxes as they are afterwards. Adding an alias changes none.
 */

/** Which mailboxes the request asks for: all, or one. */
export function mailboxesFor(c: AppContext): 'all' | { id: string } | null {
  const { method, path } = c.req
  if (method === 'GET' && path === '/mailboxes') return 'all'
  const [, id = ''] = /^\/mailboxes\/([^/]+)\/aliases$/.exec(path) ?? []
  return (method === 'GET' || method === 'POST') && isId(id) ? { id } : null
}

/** The mailboxes of the account that is signed in, by address. @throws SignInNeeded */
export const listOwn = async (c: AppContext, pool: Pool): Promise<OwnMailbox[]> =>
  (mailboxesFor(c) === 'all' ? c.get('ownMailboxes') : null) ?? listForAccount(pool, requireAccount(c).id)

/** Its mailbox of this id. Null when there is none, and when it is somebody else's. @throws SignInNeeded */
export async function findOwn(c: AppContext, pool: Pool, id: string): Promise<Mailbox | null> {
  const asked = c.get('ownMailboxes')
  if (asked === null) return findOwned(pool, requireAccount(c).id, id)
  return asked.find((mailbox) => String(mailbox.id) === id) ?? null
}
