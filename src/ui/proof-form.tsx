import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { PasskeyForm } from './passkey-form.tsx'
import { RevealPasswords, UsernameField } from './password-fields.tsx'

type Props = {
  t: Messages
  email: string
  /** where the form was being sent, and what was in it */
  action: string
  sent: { name: string; value: string }[]
  /** the names under which the password goes with it, or a passkey, where the account has one */
  fields: { password: string; passkey: string | null }
  error: string | undefined
  back: string
}

/** The password once more, with what was being done. */
export const ProofForm: FC<Props> = ({ t, email, action, sent, fields, error, back }) => (
  <section class="card narrow">
    <h1>{t.proof.title}</h1>
    <p>{t.proof.intro}</p>
    <form method="post" action={action}>
      {sent.map(({ name, value }) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <UsernameField address={email} />
      <Field
        name={fields.password}
        type="password"
        label={t.profile.current}
        error={error}
        autocomplete="current-password"
        autofocus
        required
      />
      <RevealPasswords t={t} />
      <div class="actions">
        <Button>{t.proof.submit}</Button>
        <a class="button quiet" href={back}>
          {t.common.cancel}
        </a>
      </div>
    </form>
    {fields.passkey !== null && (
      <PasskeyForm
        t={t}
        field={fields.passkey}
        act="get"
        challenge="/security/proof/challenge"
        action={action}
        label={t.passkeys.use}
      >
        {sent.map(({ name, value }) => (
          <input type="hidden" name={name} value={value} />
        ))}
      </PasskeyForm>
    )}
  </section>
)
