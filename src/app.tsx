import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { compress } from 'hono/compress'
import { csrf } from 'hono/csrf'
import { HTTPException } from 'hono/http-exception'
import { aliases } from './features/aliases/routes.tsx'
import { deletion } from './features/deletion/routes.tsx'
import { locks } from './features/locks/routes.tsx'
import { mailboxes } from './features/mailboxes/routes.tsx'
import { moderation } from './features/moderation/routes.tsx'
import { password } from './features/password/routes.tsx'
import { registration } from './features/registration/routes.tsx'
import { preferences } from './features/preferences/routes.ts'
import { setup } from './features/setup/routes.tsx'
import { signIn } from './features/sign-in/routes.tsx'
import { accounts } from './features/accounts/routes.tsx'
import { audit } from './features/audit/routes.tsx'
import { claim } from './features/claim/routes.tsx'
import { domains } from './features/domains/routes.tsx'
import { passwordReset } from './features/password-reset/routes.tsx'
import { profile } from './features/profile/routes.tsx'
import { tasks } from './features/tasks/routes.tsx'
import type { AppEnv, Deps } from './http/context.ts'
import { assetRoutes } from './http/assets.ts'
import { answerError, answerNotFound } from './http/errors.tsx'
import { seeOther } from './http/render.tsx'
import { readRequest } from './http/request.ts'
import { notStored, sameOriginOnly, securityHeaders, wholeBodyFirst } from './http/security.ts'
import { readSession } from './http/session.ts'

export type { Deps }

/** The whole application, in the order in which a request meets it. */
export function createApp(deps: Deps): Hono<AppEnv> {
  const { config, pool, log } = deps
  const app = new Hono<AppEnv>()

  app.use(readRequest(deps))
  app.use(securityHeaders(config.secure))
  app.route('/', assetRoutes)
  app.use(notStored)
  app.get('/health', async (c) => {
    await pool.query('SELECT 1')
    return c.text('ok')
  })
  app.use(compress())
  app.use(sameOriginOnly(config.origin))
  app.use(csrf({ origin: config.origin }))
  app.use(bodyLimit({ maxSize: 64 * 1024, onError: tooLarge }))
  app.use(wholeBodyFirst)
  app.use(readSession(deps))

  app.get('/', (c) => seeOther(c, c.var.account ? '/mailboxes' : '/sign-in'))
  app.route('/', signIn(deps))
  app.route('/', registration(deps))
  app.route('/', moderation(deps))
  app.route('/', setup(deps))
  app.route('/', preferences(deps))
  app.route('/', mailboxes(deps))
  app.route('/', password(deps))
  app.route('/', aliases(deps))
  app.route('/', deletion(deps))
  app.route('/', locks(deps))
  app.route('/', claim(deps))
  app.route('/', profile(deps))
  app.route('/', passwordReset(deps))
  app.route('/', accounts(deps))
  app.route('/', domains(deps))
  app.route('/', audit(deps))
  app.route('/', tasks(deps))

  app.notFound(answerNotFound)
  app.onError(answerError(log))
  return app
}

function tooLarge(): never {
  throw new HTTPException(413)
}
