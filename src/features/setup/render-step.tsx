import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { AppContext } from '../../http/context.ts'
import { render, type Body } from '../../http/render.tsx'
import type { Draft } from './draft.ts'
import type { Step } from './steps.ts'
import { StepPage } from './views.tsx'

/** The page of a step around its form. */
export function renderStep(c: AppContext, step: Step, draft: Draft, form: Body, status: ContentfulStatusCode = 200) {
  const t = c.get('t')
  return render(c, {
    title: t.setup.steps[step],
    status,
    body: (
      <StepPage t={t} step={step} draft={draft} lead={t.setup.leads[step]}>
        {form}
      </StepPage>
    ),
  })
}
