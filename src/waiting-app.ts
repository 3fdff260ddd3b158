import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { assetRoutes } from './http/assets.ts'
import type { AppEnv, BaseDeps } from './http/context.ts'
import { answerError } from './http/errors.tsx'
import { readRequest } from './http/request.ts'
import { fixedHeaders } from './http/security.ts'

/** All there is until the database can be used: a page that says so and looks again by itself. */
export function createWaitingApp(deps: Pick<BaseDeps, 'config' | 'log'>): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.use(readRequest(deps))
  app.route('/', assetRoutes)
  app.use(fixedHeaders(deps.config.secure))
  app.all('*', () => {
    throw new HTTPException(503)
  })
  app.onError(answerError(deps.log))
  return app
}
