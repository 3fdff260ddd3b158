import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { Button } from '../../ui/button.tsx'
import { Field, firstWrong } from '../../ui/field.tsx'
import { RevealPasswords } from '../../ui/password-fields.tsx'
import type { ClaimState } from './form.ts'

export const ClaimForm: FC<ClaimState & { t: Messages }> = ({ t, errors = {}, typed = {} }) => (
  <section id="claim" class="card narrow" tabindex={-1}>
    <h1>{t.claim.title}</h1>
    <p class="lead">{t.claim.intro}</p>
    <form method="post" action="/mailbox-claims" hx-post="/mailbox-claims" hx-target="#claim">
      <Field
        name="address"
        type="email"
        label={t.claim.address}
        value={typed.address}
        error={errors.address}
        autocomplete="username"
        autofocus={firstWrong(errors) !== 'password'}
        maxlength={254}
        required
      />
      <Field
        name="password"
        type="password"
        label={t.claim.password}
        error={errors.password}
        autocomplete="current-password"
        autofocus={firstWrong(errors) === 'password'}
        required
      />
      <RevealPasswords t={t} />
      <div class="actions">
        <Button>{t.claim.submit}</Button>
        <a class="button quiet" href="/mailboxes">
          {t.common.cancel}
        </a>
      </div>
    </form>
  </section>
)
