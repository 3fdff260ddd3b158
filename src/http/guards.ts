import { HTTPException } from 'hono/http-exception'
import type { Actor } from '../db/audit.ts'
import type { Role } from '../db/accounts.ts'
import type { Account } from '../db/sessions.ts'
import type { AppContext } from './context.ts'
import { isHtmx } from './render.tsx'

/** Thrown by `requireAccount`; the error handler leads to the sign-in page. */
export class SignInNeeded extends Error {
  override name = 'SignInNeeded'
}

/** The account that is signed in. @throws SignInNeeded when nobody is */
export function requireAccount(c: AppContext): Account {
  if (c.var.account === null) throw new SignInNeeded()
  return c.var.account
}

/** Who acts, and from where, for what is written down. @throws SignInNeeded */
export function requireActor(c: AppContext): Account & Actor {
  return { ...requireAccount(c), network: c.var.network }
}

/** Which role has more rights than which. */
export const ranks: Record<Role, number> = { user: 0, admin: 1, super_admin: 2 }

export const hasRole = (account: Account, role: Role): boolean => ranks[account.role] >= ranks[role]

/** The account, which has this role or a higher one. @throws SignInNeeded; HTTPException 403 for a lower role */
export function requireRole(c: AppContext, role: Role): Account {
  const account = requireAccount(c)
  if (!hasRole(account, role)) throw new HTTPException(403)
  return account
}

/** What was asked for is not there, or not theirs. @throws HTTPException 404 for null */
export function requireFound<T>(found: T | null): T {
  if (found === null) throw new HTTPException(404)
  return found
}

/** The page that a person sees as they ask: for htmx, and after a form, the one that stays or comes back. */
export function currentPath(c: AppContext): string {
  const url = isHtmx(c) ? c.req.header('HX-Current-URL') : c.req.method === 'GET' ? c.req.url : c.req.header('Referer')
  return url !== undefined && URL.canParse(url) ? pathOf(new URL(url)) : '/'
}

/** The sign-in page, which leads back to the page that the person sees. */
export function signInPath(c: AppContext): string {
  const back = currentPath(c)
  return back === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(back)}`
}

/** The page of this site that the browser was on; null when it does not say. */
export function cameFrom(c: AppContext): string | null {
  const from = c.req.header('Referer') ?? ''
  return URL.canParse(from) && new URL(from).origin === c.var.config.origin ? pathOf(new URL(from)) : null
}

const pathOf = (url: URL): string => url.pathname + url.search

/** A path on this site that may be gone to, whoever wrote it; `/` for anything else. */
export function safePath(path: string | undefined, origin: string): string {
  // Browsers read a backslash as a slash and skip control characters: `/\evil.example` would leave the site.
  if (path === undefined || !/^\/(?!\/)[^\\\p{Cc}]*$/u.test(path) || !URL.canParse(path, origin)) return '/'
  const url = new URL(path, origin)
  // Dot segments are gone from it now: `/.//evil.example` has become what the pattern refuses.
  return url.origin === origin && !url.pathname.startsWith('//') ? pathOf(url) : '/'
}
