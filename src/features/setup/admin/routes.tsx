import { createRoutes } from '../../../http/context.ts'
import { ownAddressFault, parseForm, statusOf } from '../../../http/form.ts'
import { seeOther } from '../../../http/render.tsx'
import type { SetupDeps } from '../context.ts'
import { keepInDraft, readDraft } from '../draft.ts'
import { renderStep } from '../render-step.tsx'
import { pathAfter } from '../steps.ts'
import { adminForm } from './form.ts'
import { AdminForm } from './views.tsx'

/** The first super admin, who is made at the end. */
export function admin(deps: SetupDeps) {
  return createRoutes()
    .get('/', async (c) => {
      const draft = await readDraft(deps)
      return renderStep(c, 'admin', draft, <AdminForm t={c.var.t} typed={{ email: draft.admin?.email ?? '' }} />)
    })

    .post('/', async (c) => {
      const draft = await readDraft(deps)
      const form = await parseForm(c, adminForm)
      if (!form.ok) return renderStep(c, 'admin', draft, <AdminForm t={c.var.t} {...form} />, statusOf(form))

      const { email, password } = form.value
      const fault = ownAddressFault(c.var.t, password, email)
      if (fault !== null)
        return renderStep(
          c,
          'admin',
          draft,
          <AdminForm t={c.var.t} typed={form.typed} errors={{ password: fault }} />,
          422,
        )
      await keepInDraft(deps, { admin: { email, passwordHash: await deps.hasher.hash(password) } })
      return seeOther(c, pathAfter('admin'))
    })
}
