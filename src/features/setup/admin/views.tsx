import type { FC } from 'hono/jsx'
import type { Messages } from '../../../i18n/languages.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, firstWrong } from '../../../ui/field.tsx'
import { NewPasswordFields, SuggestPassword } from '../../../ui/password-fields.tsx'
import type { AdminState } from './form.ts'

export const AdminForm: FC<AdminState & { t: Messages }> = ({ t, errors = {}, typed = {}, suggested }) => (
  <form method="post" action="/setup/admin" hx-post="/setup/admin" hx-target="closest section">
    <Field
      name="email"
      type="email"
      label={t.setup.admin.email}
      value={typed.email}
      error={errors.email}
      autofocus={firstWrong(errors) === 'email'}
      autocomplete="username"
      required
    />
    <NewPasswordFields t={t} errors={errors} label="setup" suggested={suggested} />
    <div class="actions">
      <Button>{t.setup.next}</Button>
      <SuggestPassword t={t} />
    </div>
  </form>
)
