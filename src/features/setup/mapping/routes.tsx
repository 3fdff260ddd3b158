import { createRoutes } from '../../../http/context.ts'
import { seeOther } from '../../../http/render.tsx'
import { Button } from '../../../ui/button.tsx'
import type { SetupDeps } from '../context.ts'
import { keepInDraft, readDraft } from '../draft.ts'
import { renderStep } from '../render-step.tsx'
import { pathAfter } from '../steps.ts'
import { mappingOf } from '../variables.ts'

export function mapping(deps: SetupDeps) {
  return createRoutes()
    .get('/', async (c) => {
      const draft = await readDraft(deps)
      return renderStep(
        c,
        'mapping',
        draft,
        <form method="post" action="/setup/mapping">
          <Button>{c.var.t.setup.next}</Button>
        </form>,
      )
    })
    .post('/', async (c) => {
      const draft = await readDraft(deps)
      await keepInDraft(deps, { mapping: mappingOf(draft, deps.settings.read()) })
      return seeOther(c, pathAfter('mapping'))
    })
}
