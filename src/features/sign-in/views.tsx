import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { RevealPasswords } from '../../ui/password-fields.tsx'
import { Email } from '../../ui/email.tsx'
import type { CodeState, SignInState } from './form.ts'

/** `waits`: the password is right, and the request for an account is still to be decided */
type Props = SignInState & { t: Messages; waits?: boolean }

export const SignInForm: FC<Props> = ({ t, errors = {}, typed = {}, waits = false }) => (
  <section class="card narrow">
    <h1>{t.signIn.title}</h1>
    <p class="lead">{t.signIn.intro}</p>
    {waits && <Alert kind="info">{t.signIn.waits}</Alert>}
    <form method="post" action="/sign-in">
      <input type="hidden" name="next" value={typed.next ?? '/'} />
      <Field
        name="email"
        type="email"
        label={t.signIn.email}
        value={typed.email}
        error={errors.email}
        autocomplete="username"
        autofocus={!typed.email}
        required
      />
      <Field
        name="password"
        type="password"
        label={t.signIn.password}
        error={errors.password}
        autocomplete="current-password"
        autofocus={Boolean(typed.email)}
        required
      />
      <RevealPasswords t={t} />
      <Button>{t.signIn.submit}</Button>
    </form>
    <p class="beside">
      <a href="/password-reset">{t.signIn.forgotten}</a>
    </p>
    <p class="beside">
      {t.signIn.noAccount} <a href="/registration">{t.signIn.register}</a>
    </p>
  </section>
)

type CodeProps = CodeState & {
  t: Messages
  email: string
  /** whether a backup code is asked for */
  backup: boolean
}

/** The second step, for whose password was right. */
export const CodeForm: FC<CodeProps> = ({ t, email, backup, errors = {}, typed = {} }) => {
  const words = t.secondFactor
  const next = typed.next ?? '/'
  const query = next === '/' ? '' : `&next=${encodeURIComponent(next)}`
  return (
    <section class="card narrow">
      <h1>{words.title}</h1>
      <p class="lead">{backup ? words.backupIntro : words.codeIntro}</p>
      <form method="post" action={`/sign-in/second-factor${backup ? '?with=backup-code' : ''}`}>
        <input type="hidden" name="next" value={next} />
        <Field
          name="code"
          label={backup ? words.backupCode : words.code}
          error={errors.code}
          autocomplete={backup ? 'off' : 'one-time-code'}
          inputmode={backup ? 'text' : 'numeric'}
          autocapitalize="none"
          spellcheck={false}
          maxlength={100}
          autofocus
          required
        />
        <Button>{t.signIn.submit}</Button>
      </form>
      <p class="beside">
        {backup ? (
          <a href={`/sign-in/second-factor?${query.slice(1)}`}>{words.useCode}</a>
        ) : (
          <a href={`/sign-in/second-factor?with=backup-code${query}`}>{words.useBackupCode}</a>
        )}
      </p>
      <form class="beside" method="post" action="/sign-out">
        <Email class="address" address={email} /> <Button kind="quiet">{words.notMe}</Button>
      </form>
    </section>
  )
}
