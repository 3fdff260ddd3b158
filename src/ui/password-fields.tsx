import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { Button } from './button.tsx'
import { Field, firstWrong } from './field.tsx'

type Props = {
  t: Messages
  errors: { password?: string; again?: string }
  label?: string
  idPrefix?: string
  /** a mailbox's: what is typed is kept as it is, and that is said where another device may type it otherwise */
  asTyped?: boolean
  /** a generated password, which stands in the fields and is shown once beside them */
  suggested?: string | undefined
}

/** A new password, twice, and how strong it is as it is typed. With scripts, what was typed can be shown. */
export const NewPasswordFields: FC<Props> = ({ t, errors, label, idPrefix = 'new', asTyped = false, suggested }) => {
  const fields = {
    type: 'password',
    value: suggested,
    autocomplete: 'new-password',
    autocapitalize: 'none',
    spellcheck: false,
    required: true,
  }
  const strength = `${idPrefix}-strength`
  return (
    <div id={`${idPrefix}-passwords`}>
      <div class="columns">
        <Field
          name="password"
          id={`${idPrefix}-password`}
          label={label ?? t.password.next}
          hint={suggested === undefined ? t.password.hint : t.newPassword.writeDown}
          error={errors.password}
          autofocus={suggested !== undefined || firstWrong(errors) === 'password'}
          {...fields}
          hx-post={asTyped ? '/password-strength?as-typed=1' : '/password-strength'}
          hx-trigger="input changed delay:400ms"
          hx-target={`#${strength}`}
          hx-swap="innerHTML"
          hx-sync="this:replace"
        />
        <Field
          name="again"
          id={`${idPrefix}-again`}
          label={t.password.again}
          error={errors.again}
          autofocus={firstWrong(errors) === 'again'}
          {...fields}
        />
      </div>
      {suggested !== undefined && (
        <p class="preview">
          <strong class="address">{suggested}</strong>
        </p>
      )}
      <div class="strength" id={strength} aria-live="polite"></div>
      <RevealPasswords t={t} />
    </div>
  )
}

/**
 * Fills the new password's fields with a generated one: in place, and without scripts by sending the form. It stands
 * behind the form's own button, which is the one that Enter presses.
 */
export const SuggestPassword: FC<{ t: Messages; idPrefix?: string; asTyped?: boolean }> = ({
  t,
  idPrefix = 'new',
  asTyped = false,
}) => (
  <Button
    kind="secondary"
    name="suggest"
    value="1"
    formnovalidate
    hx-get={`/password-suggestion?for=${idPrefix}${asTyped ? '&as-typed=1' : ''}`}
    hx-target={`#${idPrefix}-passwords`}
    hx-swap="outerMorph"
  >
    {t.newPassword.suggest}
  </Button>
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
