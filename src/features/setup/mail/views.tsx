import type { FC } from 'hono/jsx'
import type { Messages } from '../../../i18n/languages.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Button } from '../../../ui/button.tsx'
import { Field, firstWrong, SelectField } from '../../../ui/field.tsx'
import { RevealPasswords } from '../../../ui/password-fields.tsx'
import type { MailState } from './form.ts'
import type { TestResult } from './send-test.ts'
import { SCHEMES } from './smtp-url.ts'

type Props = MailState & {
  t: Messages
  /** whether there is a password, which is never shown */
  kept?: boolean
  /** what became of the test mail, and whom it was for */
  test?: TestResult
  to?: string
  noRecipient?: boolean
}

export const MailForm: FC<Props> = ({
  t,
  errors = {},
  typed = {},
  kept = false,
  test,
  to = '',
  noRecipient = false,
}) => (
  <>
    {test && <TestAlert t={t} test={test} to={to} />}
    {noRecipient && <Alert kind="bad">{t.setup.mail.noRecipient}</Alert>}
    <form method="post" action="/setup/mail">
      <div class="columns">
        <Field
          name="host"
          type="text"
          label={t.setup.mail.host}
          hint={t.setup.mail.hostHint}
          value={typed.host}
          error={errors.host}
          autofocus={firstWrong(errors) === 'host'}
          autocapitalize="none"
          spellcheck={false}
          required
        />
        <Field
          name="port"
          type="text"
          inputmode="numeric"
          label={t.setup.mail.port}
          hint={t.setup.mail.portHint}
          value={typed.port}
          error={errors.port}
          autofocus={firstWrong(errors) === 'port'}
        />
      </div>
      <SelectField
        name="scheme"
        label={t.setup.mail.scheme}
        value={typed.scheme}
        error={errors.scheme}
        options={SCHEMES.map((value) => ({ value, label: t.setup.mail.schemes[value] }))}
      />
      <div class="columns">
        <Field
          name="user"
          type="text"
          label={t.setup.mail.user}
          hint={t.setup.mail.userHint}
          value={typed.user}
          error={errors.user}
          autofocus={firstWrong(errors) === 'user'}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
        <Field
          name="password"
          type="password"
          label={t.setup.mail.password}
          hint={kept ? t.setup.mail.passwordKept : undefined}
          error={errors.password}
          autocomplete="new-password"
        />
      </div>
      <RevealPasswords t={t} />
      <Field
        name="from"
        type="text"
        label={t.setup.mail.from}
        hint={t.setup.mail.fromHint}
        value={typed.from}
        error={errors.from}
        autofocus={firstWrong(errors) === 'from'}
        autocomplete="off"
        required
      />
      <h2>{t.setup.programs.title}</h2>
      <p class="hint">{t.setup.programs.intro}</p>
      {(['clientImap', 'clientSmtp', 'clientWebmail'] as const).map((name) => (
        <Field
          name={name}
          type="text"
          label={t.setup.programs[name]}
          hint={t.setup.programs.hints[name]}
          value={typed[name]}
          error={errors[name]}
          autofocus={firstWrong(errors) === name}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
      ))}
      <div class="actions">
        <Button name="action" value="save">
          {t.setup.next}
        </Button>
        <Button name="action" value="test" kind="secondary">
          {t.setup.mail.sendTest}
        </Button>
      </div>
      <p class="hint">{t.setup.mail.omitHint}</p>
      <Button kind="quiet" formaction="/setup/mail/omission" formnovalidate>
        {t.setup.mail.omit}
      </Button>
    </form>
  </>
)

const TestAlert: FC<{ t: Messages; test: TestResult; to: string }> = ({ t, test, to }) => {
  if (test.sent) return <Alert kind="good">{t.setup.mail.sent(to)}</Alert>
  return (
    <Alert kind="bad">
      {t.setup.mail.notSent(test.category)} {t.setup.mail.reasons[test.why]}{' '}
      {test.answer && (
        <>
          {t.setup.mail.answer} <code>{test.answer}</code>
        </>
      )}
    </Alert>
  )
}
