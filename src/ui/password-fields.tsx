import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { Field } from './field.tsx'

type Props = { t: Messages; errors: { password?: string; again?: string }; idPrefix?: string }

/** A new mailbox password, twice. */
export const NewPasswordFields: FC<Props> = ({ t, errors, idPrefix = 'new' }) => (
  <div class="columns">
    <Field
      name="password"
      id={`${idPrefix}-password`}
      type="password"
      label={t.password.next}
      hint={t.password.hint}
      error={errors.password}
      autocomplete="new-password"
      required
    />
    <Field
      name="again"
      id={`${idPrefix}-again`}
      type="password"
      label={t.password.again}
      error={errors.again}
      autocomplete="new-password"
      required
    />
  </div>
)
