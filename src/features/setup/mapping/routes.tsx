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
import type { TripFault } from '../../../db/check/round-trip.ts'
import { checkMappingOf, isRight, tryMapping } from './check.ts'
import { presetOf, settingsOf, valuesOf, VARIABLES, type Values } from './fields.ts'
import { mappingForm, queriesForm } from './form.ts'
import { findUntried, hashesIn, readBeside, recogniseTables } from './recognise.ts'
import { Obstacles, QueriesForm, RecognisedTables } from './recognised-views.tsx'
import { CheckResult, MappingForm } from './views.tsx'

/** Where the mail server keeps its mailboxes, domains and aliases, held against the database as it is entered. */
export function mapping(deps: SetupDeps) {
  const { pool } = deps

  return createRoutes()
    .get('/', async (c) => {
      const draft = await readDraft(deps)
      const set = mappingOf(draft, deps.settings.read())
      const t = c.get('t')
      const wanted = c.req.query('schema')
      const isNew = Object.keys(set).length === 0 && wanted === undefined
      if (isNew) {
        const recognised = await recogniseTables(pool, draft.queries)
        const { preset, values, recognition } = recognised
        const check = await checkMappingOf(pool, preset, values)
        // What cannot be right as it stands is shown where it can be changed.
        if (isRight(check) && recognition.findings.length > 0 && c.req.query('change') === undefined) {
          const beside = await readBeside(pool, recognised, check)
          const untried = await findUntried(pool, recognised)
          const page = <RecognisedTables t={t} {...{ recognised, check, beside, untried }} />
          return renderStep(c, 'mapping', draft, page)
        }
        const form = (
          <>
            <Obstacles t={t} recognition={recognition} />
            <MappingForm t={t} {...{ preset, values, check }} fitting={recognition.product} />
            <QueriesForm t={t} />
          </>
        )
        return renderStep(c, 'mapping', draft, form)
      }

      const current = presetOf(set['MAIL_SCHEMA'])
      const preset = wanted === undefined ? current : presetOf(wanted)
      const values = valuesOf(preset, preset === current ? set : {})
      const check = await checkMappingOf(pool, preset, values)
      return renderStep(c, 'mapping', draft, <MappingForm t={t} {...{ preset, values, check }} fitting={null} />)
    })

    .post('/', async (c) => {
      const { preset, values, use, despite } = await readForm(c)
      const [, variable, better] = /^(\w+) (.+)$/s.exec(use) ?? []
      const known = VARIABLES.find((one) => one === variable)
      if (known !== undefined && better !== undefined) values[known] = better

      const check = await checkMappingOf(pool, preset, values)
      const isToTry = known === undefined && isRight(check) && despite === ''
      const faults: TripFault[] = isToTry ? await tryMapping(pool, preset, values) : []
      if (known !== undefined || !isRight(check) || faults.length > 0) {
        const draft = await readDraft(deps)
        const form = <MappingForm t={c.get('t')} {...{ preset, values, check, faults }} fitting={null} />
        return renderStep(c, 'mapping', draft, form, known === undefined ? 422 : 200)
      }
      const mapping = settingsOf(preset, values)
      const pasted = (await readDraft(deps)).queries
      // What connectors handed over says of hashes what a paste does.
      const hashes = pasted ? {} : { hashes: hashesIn((await recogniseTables(pool, undefined)).recognition) }
      await keepInDraft(deps, { mapping, ...hashes })
      return seeOther(c, pathAfter('mapping'))
    })

    .post('/queries', async (c) => {
      const form = await parseForm(c, queriesForm)
      if (!form.ok) throw new HTTPException(400)
      const { queries } = form.value
      await keepInDraft(deps, { queries, hashes: hashesIn((await recogniseTables(pool, queries)).recognition) })
      return seeOther(c, '/setup/mapping')
    })

    .post('/check', async (c) => {
      const { preset, values } = await readForm(c)
      const t = c.get('t')
      const check = await checkMappingOf(pool, preset, values)
      return render(c, { title: t.setup.steps.mapping, body: <CheckResult t={t} values={values} check={check} /> })
    })
}

async function readForm(c: AppContext): Promise<{ preset: PresetName; values: Values; use: string; despite: string }> {
  const form = await parseForm(c, mappingForm)
  if (!form.ok) throw new HTTPException(400)
  const { MAIL_SCHEMA: preset, use, despite, ...values } = form.value
  return { preset, values, use, despite }
}
