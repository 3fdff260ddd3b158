import { recordSignIn } from '../../db/accounts.ts'
import { createRateLimit } from '../../db/rate-limits.ts'
import { createRoutes, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { safePath } from '../../http/guards.ts'
import { render, seeOther } from '../../http/render.tsx'
import { startSession, stopSession } from '../../http/session.ts'
import { signInForm } from './form.ts'
import { verifySignIn } from './verify.ts'
import { SignInForm } from './views.tsx'

export function signIn(deps: Deps) {
  const { config, pool, hashers } = deps
  const parts = {
    pool,
    hasher: hashers.account,
    byAccount: createRateLimit(pool, config.database.name, 'sign-in-account', config.signIn),
    byNetwork: createRateLimit(pool, config.database.name, 'sign-in-network', config.signIn),
  }

  return createRoutes()
    .get('/sign-in', (c) => {
      const next = safePath(c.req.query('next'), config.origin)
      if (c.var.account) return seeOther(c, next)

      return render(c, { title: c.var.t.signIn.title, body: <SignInForm t={c.var.t} typed={{ next }} /> })
    })

    .post('/sign-in', async (c) => {
      const { t } = c.var
      const form = await parseForm(c, signInForm)
      const refuse = (status: 422 | 429, errors: { email?: string; password?: string }) =>
        render(c, { title: t.signIn.title, status, body: <SignInForm t={t} typed={form.typed} errors={errors} /> })
      if (!form.ok) return refuse(422, form.errors)

      const { email, password, next } = form.value
      const verified = await verifySignIn(parts, { email, password, network: c.var.network })
      if (verified.kind === 'wrong') return refuse(422, { password: t.signIn.wrong })
      if (verified.kind === 'blocked') {
        c.header('Retry-After', String(verified.retryAfterSeconds))
        return refuse(429, { password: t.signIn.blocked(verified.retryAfterSeconds) })
      }

      // The password may have been changed while it was verified, and the sessions ended with it.
      const started = await startSession(c, deps, verified.accountId, verified.passwordHash)
      if (!started) return refuse(422, { password: t.signIn.wrong })
      await recordSignIn(pool, verified.accountId)
      return seeOther(c, safePath(next, config.origin))
    })

    .post('/sign-out', async (c) => {
      await stopSession(c, deps)
      return seeOther(c, '/sign-in')
    })
}
