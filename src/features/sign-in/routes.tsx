import { recordSignIn } from '../../db/accounts.ts'
import { createRoutes, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { attempt, createLimit, tooMany } from '../../http/limits.ts'
import { render, seeOther } from '../../http/render.tsx'
import { startSession, stopSession } from '../../http/session.ts'
import { signInForm } from './form.ts'
import { verifySignIn } from './verify.ts'
import { SignInForm } from './views.tsx'
import { safePath } from '../../http/paths.ts'

export function signIn(deps: Deps) {
  const { config, pool } = deps
  const byNetwork = createLimit(deps, 'sign-in-network')
  const byAccount = createLimit(deps, 'sign-in-account')

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
      const { outcome, waitSeconds } = await attempt(
        [
          { limit: byNetwork, key: c.var.network },
          { limit: byAccount, key: email, clears: true },
        ],
        () => verifySignIn(deps, { email, password }),
        ({ refused }) => refused !== undefined,
      )
      if (waitSeconds !== undefined) return refuse(429, { password: tooMany(c, waitSeconds) })
      if (outcome.refused) return refuse(422, { password: t.signIn.wrong })

      // The password may have been changed while it was verified, and the sessions ended with it.
      const { accountId, passwordHash } = outcome.done
      if (!(await startSession(c, deps, accountId, passwordHash))) return refuse(422, { password: t.signIn.wrong })
      await recordSignIn(pool, accountId)
      return seeOther(c, safePath(next, config.origin))
    })

    .post('/sign-out', async (c) => {
      await stopSession(c, deps)
      return seeOther(c, '/sign-in')
    })
}
