import { createRoutes } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { attempt, createBaseLimit, tooMany } from '../../http/limits.ts'
import { render, seeOther } from '../../http/render.tsx'
import { admin } from './admin/routes.tsx'
import { connector, connectorPairing } from './connector/routes.tsx'
import type { SetupDeps } from './context.ts'
import { keepInDraft, readDraft } from './draft.ts'
import { tokenForm, type TokenState } from './form.ts'
import { language } from './language/routes.tsx'
import { limits } from './limits/routes.tsx'
import { mail } from './mail/routes.tsx'
import { mapping } from './mapping/routes.tsx'
import { findPass, givePass, passNeeded } from './pass.ts'
import { firstOpen, pathOf } from './steps.ts'
import { summary } from './summary/routes.tsx'
import { matchSetupToken } from './token.ts'
import { TokenForm } from './views.tsx'

/** From the token that the server printed to the first super admin, step by step. */
export function setup(deps: SetupDeps) {
  const { config, pool } = deps
  const wrongTokens = createBaseLimit(deps, 'setup')

  return createRoutes()
    .get('/setup', async (c) => {
      if ((await findPass(c, deps)) !== null) return seeOther(c, pathOf(firstOpen(await readDraft(deps))))

      const t = c.get('t')
      return render(c, { title: t.setup.title, body: <TokenForm t={t} /> })
    })

    .post('/setup', async (c) => {
      const t = c.get('t')
      const network = c.get('network')
      const form = await parseForm(c, tokenForm)
      const refuse = (status: 422 | 429, errors: TokenState['errors']) =>
        render(c, { title: t.setup.title, status, body: <TokenForm t={t} errors={errors} /> })
      if (!form.ok) return refuse(422, form.errors)

      const { outcome: tokenDigest, waitSeconds } = await attempt(
        [{ limit: wrongTokens, key: network }],
        () => matchSetupToken(pool, config, form.value.token),
        (digest) => digest === null,
      )
      if (waitSeconds !== undefined) return refuse(429, { token: tooMany(c, waitSeconds) })
      if (tokenDigest === null) {
        c.get('security')({ act: 'setup token', outcome: 'refused' })
        return refuse(422, { token: t.setup.tokenWrong })
      }

      await givePass(c, config, tokenDigest)
      // The browser has said which language it is; whoever wants another one goes back to that step.
      const draft = await readDraft(deps)
      return seeOther(
        c,
        pathOf(firstOpen(draft.language ? draft : await keepInDraft(deps, { language: c.get('language') }))),
      )
    })

    .route('/', connectorPairing(deps))
    .use('/setup/*', passNeeded(deps))
    .route('/setup/language', language(deps))
    .route('/setup/admin', admin(deps))
    .route('/setup/mapping', mapping(deps))
    .route('/setup/limits', limits(deps))
    .route('/setup/mail', mail(deps))
    .route('/setup/connector', connector(deps))
    .route('/setup/summary', summary(deps))
}
