import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import { HTTPException } from 'hono/http-exception'
import { assetRoutes } from './assets.ts'
import type { AppEnv, BaseDeps } from './context.ts'
import { answerError, answerNotFound } from './errors.tsx'
import { readRequest } from './request.ts'
import { bodyBeforeRights, fixedHeaders, sameOriginOnly, whereSomethingChanges } from './security.ts'

/**
 * What every request meets first, in this order, whatever is then added to it.
 * @param questions what programs without an account ask, some of it by POST: nothing of it changes anything or looks at
 * who asks, so that no other site could misuse it
 */
export function createBase(deps: BaseDeps, questions?: Hono<AppEnv>): Hono<AppEnv> {
  const { config, pool, log } = deps
  const app = new Hono<AppEnv>()

  app.use(readRequest(deps))
  app.route('/', assetRoutes)
  app.use(fixedHeaders(config.secure))
  app.get('/health', async (c) => {
    await pool.query('SELECT 1')
    return c.text('ok')
  })
  if (questions) app.route('/', questions)
  app.use(
    whereSomethingChanges(
      sameOriginOnly(config.origin),
      csrf({ origin: config.origin }),
      bodyLimit({ maxSize: 64 * 1024, onError: tooLarge }),
      bodyBeforeRights,
    ),
  )

  app.notFound(answerNotFound)
  app.onError(answerError(log))
  return app
}

function tooLarge(): never {
  throw new HTTPException(413)
}
