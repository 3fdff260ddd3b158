import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { NewPasswordFields, SuggestPassword, UsernameField } from '../../ui/password-fields.tsx'
import type { RequestState, ResetState } from './form.ts'

export const RequestForm: FC<RequestState & { t: Messages }> = ({ t, errors = {}, typed = {} }) => (
  <section class="card narrow">
    <h1>{t.passwordReset.title}</h1>
    <p class="lead">{t.passwordReset.intro}</p>
    <form method="post" action="/password-reset">
      <Field
        name="email"
        type="email"
        label={t.signIn.email}
        value={typed.email}
        error={errors.email}
        autocomplete="username"
        autofocus
        maxlength={254}
        required
      />
      <Button>{t.passwordReset.submit}</Button>
    </form>
    <p class="hint">{t.passwordReset.mailboxNote}</p>
  </section>
)

type ResetProps = ResetState & { t: Messages; token: string; email: string }

export const ResetForm: FC<ResetProps> = ({ t, token, email, errors = {}, suggested }) => (
  <section class="card narrow">
    <h1>{t.passwordReset.title}</h1>
    <p>{t.passwordReset.choose(email)}</p>
    <form method="post" action="/password-reset/new" hx-post="/password-reset/new" hx-target="closest section">
      <input type="hidden" name="token" value={token} />
      <UsernameField address={email} />
      <NewPasswordFields t={t} errors={errors} suggested={suggested} />
      <div class="actions">
        <Button>{t.passwordReset.save}</Button>
        <SuggestPassword t={t} />
      </div>
    </form>
  </section>
)
