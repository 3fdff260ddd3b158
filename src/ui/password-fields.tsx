import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { Field, firstWrong } from './field.tsx'

type Props = { t: Messages; errors: { password?: string; again?: string }; idPrefix?: string }

/** A new mailbox password, twice. With scripts, what was typed can be shown. */
export const NewPasswordFields: FC<Props> = ({ t, errors, idPrefix = 'new' }) => (
  <>
    <div class="columns">
      <Field
        name="password"
        id={`${idPrefix}-password`}
        type="password"
        label={t.password.next}
        hint={t.password.hint}
        error={errors.password}
        autofocus={firstWrong(errors) === 'password'}
        autocomplete="new-password"
        required
      />
      <Field
        name="again"
        id={`${idPrefix}-again`}
        type="password"
        label={t.password.again}
        error={errors.again}
        autofocus={firstWrong(errors) === 'again'}
        autocomplete="new-password"
        required
      />
    </div>
    <RevealPasswords t={t} />
  </>
)

/** Shows the passwords that are typed in its form. Nothing without scripts: colombier.js brings it to light. */
export const RevealPasswords: FC<{ t: Messages }> = ({ t }) => (
  <label class="reveal">
    <input type="checkbox" data-reveal /> {t.password.reveal}
  </label>
)

/** Tells a password manager whose password it is. */
export const UsernameField: FC<{ address: string }> = ({ address }) => (
  <input type="text" name="username" value={address} autocomplete="username" readonly hidden />
)
