import type { FC, PropsWithChildren } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import type { Draft } from './draft.ts'
import type { TokenState } from './form.ts'
import { isDone, pathOf, STEPS, type Step } from './steps.ts'

export const TokenForm: FC<TokenState & { t: Messages }> = ({ t, errors = {} }) => (
  <section class="card narrow">
    <h1>{t.setup.title}</h1>
    <p class="lead">{t.setup.intro}</p>
    <form method="post" action="/setup">
      <Field
        name="token"
        type="text"
        label={t.setup.token}
        hint={t.setup.tokenHint}
        error={errors.token}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        autofocus
        required
      />
      <Button>{t.setup.begin}</Button>
    </form>
  </section>
)

type StepPageProps = PropsWithChildren<{ t: Messages; step: Step; draft: Draft; lead: string }>

/** A step, with the list of those done and those to come. */
export const StepPage: FC<StepPageProps> = ({ t, step, draft, lead, children }) => (
  <section class="setup">
    <nav aria-label={t.setup.progress}>
      <ol class="steps">
        {STEPS.map((one) => (
          <li class={isDone(draft, one) ? 'done' : undefined}>
            <a href={pathOf(one)} aria-current={one === step ? 'step' : undefined}>
              {t.setup.steps[one]}
              {isDone(draft, one) && <span class="unseen"> ({t.setup.done})</span>}
            </a>
          </li>
        ))}
      </ol>
    </nav>
    <div class="card">
      <p class="hint">{t.setup.stepOf(STEPS.indexOf(step) + 1, STEPS.length)}</p>
      <h1>{t.setup.steps[step]}</h1>
      <p class="lead">{lead}</p>
      {children}
    </div>
  </section>
)
