import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { PasskeyForm } from '../../ui/passkey-form.tsx'
import { RevealPasswords } from '../../ui/password-fields.tsx'
import { Email } from '../../ui/email.tsx'
import { withNext } from '../../http/paths.ts'
import type { CodeState, SignInState } from './form.ts'

/** `waits`: the password is right, and the request for an account is still to be decided */
type Props = SignInState & {
  t: Messages
  waits?: boolean
  passkeys?: boolean
  /** why whoever was on another page is on this one */
  why?: 'ended' | 'signedOut' | null
}

export const SignInForm: FC<Props> = ({ t, errors = {}, typed = {}, waits = false, passkeys = false, why = null }) => (
  <section class="card narrow">
    <h1>{t.signIn.title}</h1>
    <p class="lead">{t.signIn.intro}</p>
    {why && <Alert kind={why === 'ended' ? 'info' : 'good'}>{t.signIn[why]}</Alert>}
    {waits && <Alert kind="info">{t.signIn.waits}</Alert>}
    <form method="post" action="/sign-in">
      <input type="hidden" name="next" value={typed.next ?? '/'} />
      <Field
        name="email"
        type="email"
        label={t.signIn.email}
        value={typed.email}
        error={errors.email}
        autocomplete={passkeys ? 'username webauthn' : 'username'}
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
    {passkeys && <SignInPasskey t={t} next={typed.next ?? '/'} autofill />}
    <p class="beside">
      <a href="/password-reset">{t.signIn.forgotten}</a>
    </p>
    <p class="beside">
      {t.signIn.noAccount} <a href="/registration">{t.signIn.register}</a>
    </p>
  </section>
)

const SignInPasskey: FC<{ t: Messages; next: string; autofill?: boolean }> = ({ t, next, autofill = false }) => (
  <PasskeyForm
    t={t}
    act="get"
    challenge="/sign-in/passkey/challenge"
    action="/sign-in/passkey"
    label={t.passkeys.signIn}
    autofill={autofill}
    kind={autofill ? 'secondary' : 'primary'}
  >
    <input type="hidden" name="next" value={next} />
  </PasskeyForm>
)

/** For who has a passkey and never signed in here in this browser. */
export const PasskeyPage: FC<{ t: Messages; next: string; error?: string | undefined }> = ({ t, next, error }) => (
  <section class="card narrow">
    <h1>{t.passkeys.signIn}</h1>
    <p class="lead">{t.passkeys.intro}</p>
    {error && <Alert kind="bad">{error}</Alert>}
    <p class="scriptless">{t.passkeys.needsScripts}</p>
    <SignInPasskey t={t} next={next} />
    <p class="beside">
      <a href={withNext('/sign-in', next)}>{t.passkeys.password}</a>
    </p>
  </section>
)

type CodeProps = Pick<CodeState, 'typed'> & {
  errors?: { code?: string | undefined; credential?: string | undefined }
  t: Messages
  email: string
  /** whether a backup code is asked for */
  backup: boolean
  hasApp: boolean
  hasPasskeys: boolean
}

/** The second step, for whose password was right. */
export const CodeForm: FC<CodeProps> = ({ t, email, backup, hasApp, hasPasskeys, errors = {}, typed = {} }) => {
  const words = t.secondFactor
  const next = typed.next ?? '/'
  const query = next === '/' ? '' : `&next=${encodeURIComponent(next)}`
  return (
    <section class="card narrow">
      <h1>{words.title}</h1>
      {hasPasskeys && (
        <PasskeyForm
          t={t}
          act="get"
          challenge="/sign-in/second-factor/challenge"
          action="/sign-in/second-factor/passkey"
          label={t.passkeys.use}
          kind="primary"
        >
          <input type="hidden" name="next" value={next} />
        </PasskeyForm>
      )}
      {errors.credential && <Alert kind="bad">{errors.credential}</Alert>}
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
          autofocus={!hasPasskeys}
          required
        />
        <Button>{t.signIn.submit}</Button>
      </form>
      <p class="beside">
        {backup ? (
          hasApp && <a href={`/sign-in/second-factor?${query.slice(1)}`}>{words.useCode}</a>
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
