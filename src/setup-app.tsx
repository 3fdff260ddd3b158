import type { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { hasActiveSuperAdmin } from './db/accounts.ts'
import { passwordHelp } from './features/password-help/routes.tsx'
import { preferences } from './features/preferences/routes.ts'
import type { SetupDeps } from './features/setup/context.ts'
import { setup } from './features/setup/routes.tsx'
import { createBase } from './http/base.ts'
import type { AppEnv } from './http/context.ts'
import { seeOther } from './http/render.tsx'

/** All there is until there is a super admin: the setup, and the way to it. */
export function createSetupApp(deps: SetupDeps): Hono<AppEnv> {
  const app = createBase(deps)
  app.use(async (_c, next) => {
    // Somebody made one, and this process has not the settings to go on: its log says what it lacks.
    if (await hasActiveSuperAdmin(deps.pool)) throw new HTTPException(503)
    return next()
  })

  app.route('/', setup(deps))
  app.route('/', passwordHelp(deps))
  app.route('/', preferences(deps))
  app.all('*', (c) => seeOther(c, '/setup'))
  return app
}
