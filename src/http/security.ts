import type { MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import type { AppEnv } from './context.ts'

/**
 * A page whose address holds a token must not be sent as Referer, not even to our own scripts: a proxy would log the
 * token. Only the origin is sent, which is enough for the check of a form's origin.
 */
export const tokenKept: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  if (c.req.query('token') !== undefined) c.header('Referrer-Policy', 'strict-origin')
}

export const securityHeaders = (secure: boolean): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    // Not `no-referrer`: with it a browser posts our own forms with `Origin: null`. Other sites learn nothing either
    // way.
    referrerPolicy: 'same-origin',
    strictTransportSecurity: secure && 'max-age=31536000',
    permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [] },
    // Headers for browsers that are gone, or that the policy above covers. They would be a tenth of a page.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  })

const isSafe = (method: string): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method)

/**
 * For what only a request that may change something has to pass: to ask another for its body costs as much as to
 * answer.
 */
export const whereSomethingChanges =
  (guard: MiddlewareHandler<AppEnv>): MiddlewareHandler<AppEnv> =>
  (c, next) =>
    isSafe(c.req.method) ? next() : guard(c, next)

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

/** Pages are personal, so no cache may keep them. Assets set their own Cache-Control. */
export const notStored: MiddlewareHandler = async (c, next) => {
  await next()
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store')
}
