import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { Email } from '../../ui/email.tsx'
import { Field, TextField } from '../../ui/field.tsx'
import { NewPasswordFields, SuggestPassword, UsernameField } from '../../ui/password-fields.tsx'
import type { ConfirmationState, RegistrationState } from './form.ts'

type FormProps = RegistrationState & { t: Messages; opened: string; problem?: string | undefined }

export const RegistrationForm: FC<FormProps> = ({ t, opened, problem, errors = {}, typed = {} }) => (
  <section class="card narrow">
    <h1>{t.registration.title}</h1>
    <p class="lead">{t.registration.intro}</p>
    {problem && <Alert kind="bad">{problem}</Alert>}
    <form method="post" action="/registration">
      <input type="hidden" name="opened" value={opened} />
      <Field
        name="email"
        type="email"
        label={t.registration.email}
        hint={t.registration.emailHint}
        value={typed.email}
        error={errors.email}
        autocomplete="username"
        autofocus={!typed.email}
        maxlength={254}
        required
      />
      <TextField
        name="reason"
        label={t.registration.reason}
        hint={t.registration.reasonHint}
        value={typed.reason}
        error={errors.reason}
        rows={5}
        maxlength={2000}
        required
      />
      <p class="trap" aria-hidden="true">
        <label for="remarks">{t.registration.trap}</label>
        <textarea
          id="remarks"
          name="remarks"
          autocomplete="off"
          tabindex={-1}
          data-1p-ignore
          data-bwignore
          data-lpignore="true"
          data-form-type="other"
        ></textarea>
      </p>
      <Button>{t.registration.submit}</Button>
    </form>
    <p class="beside">
      {t.registration.haveAccount} <a href="/sign-in">{t.signIn.submit}</a>
    </p>
  </section>
)

type ConfirmationProps = ConfirmationState & { t: Messages; token: string; email: string; reason: string }

export const Confirmation: FC<ConfirmationProps> = ({ t, token, email, reason, errors = {}, suggested }) => (
  <section class="card narrow">
    <h1>{t.registration.confirmation.title}</h1>
    <p class="lead">{t.registration.confirmation.intro}</p>
    <p>
      <strong class="foreign">
        <Email class="address" address={email} />
      </strong>
    </p>
    <p class="foreign">{reason}</p>
    <form
      method="post"
      action="/registration/confirmation"
      hx-post="/registration/confirmation"
      hx-target="closest section"
    >
      <input type="hidden" name="token" value={token} />
      <UsernameField address={email} />
      <NewPasswordFields t={t} errors={errors} label="registration" suggested={suggested} />
      <div class="actions">
        <Button>{t.registration.confirmation.submit}</Button>
        <SuggestPassword t={t} />
      </div>
    </form>
  </section>
)
