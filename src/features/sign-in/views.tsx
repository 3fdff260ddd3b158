import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { RevealPasswords } from '../../ui/password-fields.tsx'
import type { SignInState } from './form.ts'

export const SignInForm: FC<SignInState & { t: Messages }> = ({ t, errors = {}, typed = {} }) => (
  <section class="card narrow">
    <h1>{t.signIn.title}</h1>
    <p class="lead">{t.signIn.intro}</p>
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
