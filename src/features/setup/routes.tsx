import { hasActiveSuperAdmin, recordSignIn } from '../../db/accounts.ts'
import { createRateLimit } from '../../db/rate-limits.ts'
import { createRoutes, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { render, seeOther } from '../../http/render.tsx'
import { startSession } from '../../http/session.ts'
import { createFirstAdmin } from './create-admin.ts'
import { setupForm, type SetupState } from './form.ts'
import { matchSetupToken } from './token.ts'
import { SetupForm } from './views.tsx'

/** The first super admin; gone as soon as there is one. */
export function setup(deps: Deps) {
  const { config, pool, hashers } = deps
  const attempts = createRateLimit(pool, config.database.name, 'setup', config.signIn)

  return createRoutes()
    .get('/setup', async (c) => {
      if (await hasActiveSuperAdmin(pool)) return c.notFound()

      const { t, language } = c.var
      return render(c, { title: t.setup.title, body: <SetupForm t={t} typed={{ language }} /> })
    })

    .post('/setup', async (c) => {
      if (await hasActiveSuperAdmin(pool)) return c.notFound()

      const { t, network } = c.var
      const form = await parseForm(c, setupForm)
      const refuse = (status: 422 | 429, errors: SetupState['errors']) =>
        render(c, { title: t.setup.title, status, body: <SetupForm t={t} typed={form.typed} errors={errors} /> })
      if (!form.ok) return refuse(422, form.errors)

      const blockedSeconds = await attempts.take(network)
      if (blockedSeconds !== null) {
        c.header('Retry-After', String(blockedSeconds))
        return refuse(429, { token: t.setup.blocked(blockedSeconds) })
      }
      const { token, email, language, password } = form.value
      const tokenDigest = await matchSetupToken(pool, token)
      if (tokenDigest === null) {
        await attempts.fail(network)
        return refuse(422, { token: t.setup.tokenWrong })
      }
      await attempts.giveBack(network)

      const passwordHash = await hashers.account.hash(password)
      const accountId = await createFirstAdmin(pool, { email, language, passwordHash, tokenDigest })
      if (accountId === null) return refuse(422, { token: t.setup.tokenWrong })

      await startSession(c, deps, accountId)
      await recordSignIn(pool, accountId)
      return seeOther(c, '/')
    })
}
