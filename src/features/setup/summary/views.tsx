import type { FC } from 'hono/jsx'
import type { Messages } from '../../../i18n/languages.ts'
import { linesOf } from '../../../../connector/contract/env-text.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/field.tsx'
import type { ForMailHost } from '../connector/connector-env.ts'
import { ConnectorSettings } from '../connector/views.tsx'
import type { Draft } from '../draft.ts'
import { isDone, pathOf, STEPS } from '../steps.ts'
import type { NotWritten } from './write.ts'

type Props = {
  t: Messages
  draft: Draft
  /** as they may be shown */
  variables: Record<string, string>
  file: string | null
  mailHost: ForMailHost | null
  fault?: string | null
  refusal?: NotWritten | null
}

export const Summary: FC<Props> = ({ t, draft, variables, file, mailHost, fault = null, refusal = null }) => {
  const open = STEPS.filter((step) => step !== 'summary' && !isDone(draft, step))
  if (open.length > 0) {
    return (
      <>
        <p>{t.setup.summary.open}</p>
        <ul>
          {open.map((step) => (
            <li>
              <a href={pathOf(step)}>{t.setup.steps[step]}</a>
            </li>
          ))}
        </ul>
      </>
    )
  }

  const lines = linesOf(variables)
  const byHand = refusal?.where === 'here'
  const hidesPassword = variables['SMTP_URL']?.includes(':PASSWORD@') ?? false
  const hint = byHand ? hidesPassword && t.setup.summary.passwordHint : file !== null && t.setup.summary.file(file)
  return (
    <>
      {fault !== null && (
        <>
          <Alert kind="bad">{t.setup.summary.fault}</Alert>
          <pre tabindex={0}>{fault}</pre>
        </>
      )}
      {refusal?.where === 'outside' && <Alert kind="bad">{t.setup.summary.outside(refusal.names)}</Alert>}
      {byHand && <Alert kind="bad">{file === null ? t.setup.summary.noFile : t.setup.summary.notWritable(file)}</Alert>}
      {mailHost && <ConnectorSettings t={t} {...mailHost} />}
      <form method="post" action="/setup/summary">
        <TextField
          name="lines"
          label={byHand ? t.setup.summary.linesByHand : t.setup.summary.lines}
          hint={hint || undefined}
          value={lines.join('\n')}
          rows={lines.length + 1}
          readonly
          spellcheck={false}
        />
        {draft.mail?.smtpUrl === '' && <Alert kind="info">{t.setup.summary.noMail}</Alert>}
        <p class="hint">{t.setup.summary.others}</p>
        <Button {...(byHand && { name: 'byHand', value: 'yes' })}>
          {byHand ? t.setup.summary.done : t.setup.summary.submit}
        </Button>
      </form>
    </>
  )
}
