import { createRoutes } from '../../../http/context.ts'
import { allErrors, ownAddressFault, parseForm } from '../../../http/form.ts'
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
      return renderStep(c, 'admin', draft, <AdminForm t={c.get('t')} typed={{ email: draft.admin?.email ?? '' }} />)
    })

    .post('/', async (c) => {
      const draft = await readDraft(deps)
      const form = await parseForm(c, adminForm)
      const { typed } = form
      if (!form.ok && form.suggested !== undefined)
        return renderStep(c, 'admin', draft, <AdminForm t={c.get('t')} typed={typed} suggested={form.suggested} />)
      const fault = ownAddressFault(c.get('t'), form.valid.password, form.valid.email)
      const errors = allErrors(adminForm, form, { password: fault })
      if (errors !== null || !form.ok)
        return renderStep(c, 'admin', draft, <AdminForm t={c.get('t')} typed={typed} errors={errors ?? {}} />, 422)

      const { email, password } = form.value
      await keepInDraft(deps, { admin: { email, passwordHash: await deps.hasher.hash(password) } })
      return seeOther(c, pathAfter('admin'))
    })
}
