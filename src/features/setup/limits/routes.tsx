import { createRoutes } from '../../../http/context.ts'
import { parseForm } from '../../../http/form.ts'
import { seeOther } from '../../../http/render.tsx'
import { defaultOf } from '../../../config.ts'
import type { SetupDeps } from '../context.ts'
import { keepInDraft, readDraft } from '../draft.ts'
import { renderStep } from '../render-step.tsx'
import { pathAfter } from '../steps.ts'
import { limitsForm } from './form.ts'
import { formatSize } from './size.ts'
import { LimitsForm } from './views.tsx'

const variables = {
  mailboxes: 'MAILBOXES_PER_ACCOUNT',
  aliases: 'ALIASES_PER_MAILBOX',
  quota: 'QUOTA_DEFAULT',
  mostQuota: 'QUOTA_MAX',
  deletionHours: 'DELETION_DELAY_HOURS',
} as const

export function limits(deps: SetupDeps) {
  return createRoutes()
    .get('/', async (c) => {
      const draft = await readDraft(deps)
      const set: Record<string, string | undefined> = { ...deps.settings.read(), ...draft.limits }
      const valueOf = (field: keyof typeof variables) => set[variables[field]] ?? defaultOf(variables[field])
      const sizeOf = (field: keyof typeof variables) =>
        /^\d+$/.test(valueOf(field))
          ? formatSize(Number(valueOf(field)), c.get('t').setup.limits.units)
          : valueOf(field)
      const typed = {
        mailboxes: valueOf('mailboxes'),
        aliases: valueOf('aliases'),
        quota: sizeOf('quota'),
        mostQuota: sizeOf('mostQuota'),
        deletionHours: valueOf('deletionHours'),
      }
      return renderStep(c, 'limits', draft, <LimitsForm t={c.get('t')} typed={typed} />)
    })

    .post('/', async (c) => {
      const draft = await readDraft(deps)
      const form = await parseForm(c, limitsForm)
      if (!form.ok) return renderStep(c, 'limits', draft, <LimitsForm t={c.get('t')} {...form} />, 422)

      const entered = Object.entries(form.value).map(([field, value]) => [
        variables[field as keyof typeof variables],
        String(value),
      ])
      await keepInDraft(deps, { limits: Object.fromEntries(entered) as Record<string, string> })
      return seeOther(c, pathAfter('limits'))
    })
}
