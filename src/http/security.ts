import type { MiddlewareHandler } from 'hono'
import { every } from 'hono/combine'
import { HTTPException } from 'hono/http-exception'
import type { AppEnv } from './context.ts'

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'"

/**
 * What stands at the head of every answer, unless the answer has a header of the same name. It is given to Node: in
 * the answer, each of them would cost more than a part of the page.
 */
export function fixedHeaders(secure: boolean): MiddlewareHandler<AppEnv> {
  const headers = Object.entries({
    'Content-Security-Policy': policy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(secure && { 'Strict-Transport-Security': 'max-age=31536000' }),
    // Pages are personal, so no cache may keep them. Assets set their own.
    'Cache-Control': 'no-store',
    Vary: 'HX-Request, Accept-Encoding',
  })

  return (c, next) => {
    const { outgoing } = c.env
    for (const [name, value] of headers) outgoing.setHeader(name, value)
    // Not `no-referrer`: with it a browser posts our own forms with `Origin: null`. Other sites learn nothing either
    // way. A page whose address holds a token must not be sent as Referer even to our own scripts, since a proxy would
    // log the token: the origin alone is enough for the check of a form's origin.
    const holdsToken = c.req.url.includes('token=')
    outgoing.setHeader('Referrer-Policy', holdsToken ? 'strict-origin' : 'same-origin')
    return next()
  }
}

const isSafe = (method: string): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method)

/**
 * For what only a request that may change something has to pass: to ask another for its body costs as much as to
 * answer.
 */
export function whereSomethingChanges(...guards: MiddlewareHandler<AppEnv>[]): MiddlewareHandler<AppEnv> {
  const all = every(...guards)
  return (c, next) => (isSafe(c.req.method) ? next() : all(c, next))
}

/** Thrown for a request that another site made the browser send. */
export class OtherOrigin extends HTTPException {
  constructor() {
    super(403)
  }
}

/**
 * Refuses state-changing requests from another origin. Hono's `csrf()` covers form content types only and is satisfied
 * by either header; here neither header may be foreign, whatever the content type.
 */
export const sameOriginOnly = (origin: string): MiddlewareHandler<AppEnv> => {
  return async (c, next) => {
    const site = c.req.header('Sec-Fetch-Site')
    const from = c.req.header('Origin')
    const foreign =
      (site !== undefined && site !== 'same-origin' && site !== 'none') || (from !== undefined && from !== origin)
    if (foreign) throw new OtherOrigin()
    return next()
  }
}

/**
 * Reads the form before the session. Otherwise a form that is sent slowly enough would be acted on with rights that
 * were revoked while it was being sent.
 */
export const bodyBeforeRights: MiddlewareHandler<AppEnv> = async (c, next) => {
  // A form that cannot be parsed is refused by its handler.
  await c.req.formData().catch(() => undefined)
  return next()
}
