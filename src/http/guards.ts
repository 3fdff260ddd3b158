import { HTTPException } from 'hono/http-exception'
import type { Actor } from '../db/audit.ts'
import type { Account } from '../db/accounts.ts'
import { hasRole, type Role } from '../lib/roles.ts'
import type { AppContext } from './context.ts'

/** Thrown by `requireAccount`; the error handler leads to the sign-in page. */
export class SignInNeeded extends Error {
  override name = 'SignInNeeded'
}

/** The account that is signed in. @throws SignInNeeded when nobody is */
export function requireAccount(c: AppContext): Account {
  const account = c.get('account')
  if (account === null) throw new SignInNeeded()
  return account
}

/**
 * The account that may add its first second factor: the one that is signed in, or one that is not before it has added
 * one. @throws SignInNeeded
 */
export function requireEnrolling(c: AppContext): { account: Account & Actor; sessionHash: Buffer } {
  const account = c.get('account')
  const sessionHash = c.get('sessionHash')
  const waiting = c.get('waiting')
  const network = c.get('network')
  if (account !== null && sessionHash !== null) return { account: { ...account, network }, sessionHash }
  if (waiting?.lacks !== 'enrolment') throw new SignInNeeded()
  return { account: { ...waiting.account, network }, sessionHash: waiting.sessionHash }
}

/** Who acts, and from where, for what is written down. @throws SignInNeeded */
export function requireActor(c: AppContext): Account & Actor {
  return { ...requireAccount(c), network: c.get('network') }
}

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
