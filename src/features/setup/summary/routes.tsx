import { ConfigError, loadConfig } from '../../../config.ts'
import { setLastSignIn } from '../../../db/accounts.ts'
import { checkMapping, DatabaseNotReady } from '../../../db/check/at-start.ts'
import type { Pool } from '../../../db/store.ts'
import { createRoutes } from '../../../http/context.ts'
import { seeOther } from '../../../http/render.tsx'
import { startSession } from '../../../http/session.ts'
import type { Environment } from '../../../lib/env-file.ts'
import { loadSealKeys } from '../../../seal-keys.ts'
import type { SetupDeps } from '../context.ts'
import { createFirstAdmin } from '../create-admin.ts'
import { readForMailHost } from '../connector/connector-env.ts'
import { readDraft, type Draft } from '../draft.ts'
import { findPass, takePass } from '../pass.ts'
import { renderStep } from '../render-step.tsx'
import { firstOpen } from '../steps.ts'
import { shownVariables, variablesOf } from '../variables.ts'
import { Summary } from './views.tsx'
import { writeSettings } from './write.ts'

/** Writes the settings, makes the super admin, and is gone. Whatever dies in between, all of it can be done again. */
export function summary(deps: SetupDeps) {
  const { pool, settings } = deps
  const mailHostOf = async (draft: Draft) =>
    // One that fetched its settings has them already.
    draft.connector?.name === undefined ? readForMailHost(draft, settings.read(), deps.config.database.name) : null

  return createRoutes()
    .get('/', async (c) => {
      const draft = await readDraft(deps)
      const variables = shownVariables(variablesOf(draft, settings.read()))
      const shown = { draft, variables, file: settings.file, mailHost: await mailHostOf(draft) }
      return renderStep(c, 'summary', draft, <Summary t={c.get('t')} {...shown} />)
    })

    .post('/', async (c) => {
      const draft = await readDraft(deps)
      const { admin } = draft
      if (admin === undefined || firstOpen(draft) !== 'summary') return seeOther(c, '/setup/summary')

      const variables = variablesOf(draft, settings.read())
      const fault = await findFault(pool, { ...settings.read(), ...variables })
      const byHand = (await c.req.formData()).has('byHand')
      const refusal = fault === null ? await writeSettings(settings, variables, byHand) : null
      if (fault !== null || refusal !== null) {
        const mailHost = await mailHostOf(draft)
        const shown = { draft, variables: shownVariables(variables), file: settings.file, mailHost, fault, refusal }
        return renderStep(c, 'summary', draft, <Summary t={c.get('t')} {...shown} />, 422)
      }

      const tokenDigest = (await findPass(c, deps)) ?? ''
      const language = draft.language ?? c.get('language')
      const accountId = await createFirstAdmin(pool, { ...admin, language, tokenDigest, network: c.get('network') })
      if (accountId === null) return seeOther(c, '/setup')

      await deps.startApplication()
      takePass(c, deps.config)
      await startSession(c, deps, accountId, {
        alsoDo: async (db) => {
          await setLastSignIn(db, accountId)
        },
      })
      return seeOther(c, '/first-steps')
    })
}

/** Why the web app would not start with these settings; it names them and no value. */
async function findFault(pool: Pool, env: Environment): Promise<string | null> {
  try {
    const config = loadConfig(env)
    loadSealKeys(config)
    await checkMapping(pool, config.mapping)
    return null
  } catch (error) {
    if (error instanceof ConfigError || error instanceof DatabaseNotReady) return error.message
    throw error
  }
}
