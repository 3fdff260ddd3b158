import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { RevealPasswords } from '../../ui/password-fields.tsx'
import type { SignInState } from './form.ts'

/** `waits`: the password is right, and the request for an account is still to be decided */
type Props = SignInState & {
  t: Messages
  waits?: boolean
  /** why whoever was on another page is on this one */
  why?: 'ended' | 'signedOut' | null
}

export const SignInForm: FC<Props> = ({ t, errors = {}, typed = {}, waits = false, why = null }) => (
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
