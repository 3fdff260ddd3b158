import { HTTPException } from 'hono/http-exception'
import type { PresetName } from '../../../../connector/mapping/presets/index.ts'
import { createRoutes, type AppContext } from '../../../http/context.ts'
import { parseForm } from '../../../http/form.ts'
import { render, seeOther } from '../../../http/render.tsx'
import type { SetupDeps } from '../context.ts'
import { keepInDraft, readDraft } from '../draft.ts'
import { renderStep } from '../render-step.tsx'
import { pathAfter } from '../steps.ts'
import { mappingOf } from '../variables.ts'
import { checkMappingOf, isRight } from './check.ts'
import { findFittingPreset } from '../../../db/mail/fitting.ts'
import { presetOf, settingsOf, valuesOf, VARIABLES, type Values } from './fields.ts'
import { mappingForm } from './form.ts'
import { CheckResult, MappingForm } from './views.tsx'

/** Where the mail server keeps its mailboxes, domains and aliases, held against the database as it is entered. */
export function mapping(deps: SetupDeps) {
  const { pool } = deps

  return createRoutes()
    .get('/', async (c) => {
      const draft = await readDraft(deps)
      const set = mappingOf(draft, deps.settings.read())
      const fitting = Object.keys(set).length === 0 ? await findFittingPreset(pool) : null
      const wanted = c.req.query('schema')
      const current = presetOf(set['MAIL_SCHEMA'] ?? fitting ?? undefined)
      const preset = wanted === undefined ? current : presetOf(wanted)
      const values = valuesOf(preset, preset === current ? set : {})
      const check = await checkMappingOf(pool, preset, values)
      return renderStep(c, 'mapping', draft, <MappingForm t={c.var.t} {...{ preset, fitting, values, check }} />)
    })

    .post('/', async (c) => {
      const { preset, values, use } = await readForm(c)
      const [, variable, better] = /^(\w+) (.+)$/s.exec(use) ?? []
      const known = VARIABLES.find((one) => one === variable)
      if (known !== undefined && better !== undefined) values[known] = better

      const check = await checkMappingOf(pool, preset, values)
      if (known !== undefined || !isRight(check)) {
        const draft = await readDraft(deps)
        const form = <MappingForm t={c.var.t} {...{ preset, values, check }} fitting={null} />
        return renderStep(c, 'mapping', draft, form, known === undefined ? 422 : 200)
      }
      await keepInDraft(deps, { mapping: settingsOf(preset, values) })
      return seeOther(c, pathAfter('mapping'))
    })

    .post('/check', async (c) => {
      const { preset, values } = await readForm(c)
      const { t } = c.var
      const check = await checkMappingOf(pool, preset, values)
      return render(c, { title: t.setup.steps.mapping, body: <CheckResult t={t} values={values} check={check} /> })
    })
}

async function readForm(c: AppContext): Promise<{ preset: PresetName; values: Values; use: string }> {
  const form = await parseForm(c, mappingForm)
  if (!form.ok) throw new HTTPException(400)
  const { MAIL_SCHEMA: preset, use, ...values } = form.value
  return { preset, values, use }
}
