import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { Button } from './button.tsx'
import { Field, firstWrong } from './field.tsx'

/** Where a new password is asked for by another name. */
export const passwordLabels = {
  registration: (t: Messages) => t.registration.password,
  setup: (t: Messages) => t.setup.admin.password,
}
export type PasswordLabel = keyof typeof passwordLabels

type Props = {
  t: Messages
  errors: { password?: string | undefined; again?: string | undefined }
  label?: PasswordLabel | undefined
  idPrefix?: string
  /** a mailbox's: what is typed is kept as it is, and that is said where another device may type it otherwise */
  asTyped?: boolean
  /** a generated password, which stands in the fields and is shown once */
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
          label={label === undefined ? t.password.next : passwordLabels[label](t)}
          hint={suggested === undefined ? t.password.hint : t.newPassword.writeDown}
          error={errors.password}
          autofocus={suggested !== undefined || firstWrong(errors) === 'password'}
          {...fields}
          hx-post={asTyped ? '/password-strength?as-typed=1' : '/password-strength'}
          hx-trigger="focus once, input changed delay:200ms"
          hx-target={`#${strength}`}
          hx-swap="innerHTML"
          hx-sync="this:replace"
          aside={
            <SuggestInPlace t={t} idPrefix={idPrefix} asTyped={asTyped} label={label} shown={suggested !== undefined} />
          }
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
        <p class="preview scriptless" data-suggested>
          <strong class="address">{suggested}</strong>
        </p>
      )}
      <div class="strength" id={strength} aria-live="polite"></div>
      <RevealPasswords t={t} />
    </div>
  )
}

type InPlaceProps = Required<Pick<Props, 't' | 'idPrefix' | 'asTyped'>> & Pick<Props, 'label'> & { shown: boolean }

/** Fills the fields with a generated password and shows it there; one that is shown can be copied. */
const SuggestInPlace: FC<InPlaceProps> = ({ t, idPrefix, asTyped, label, shown }) => (
  <span class="scripted">
    {shown && (
      <button type="button" class="link" data-copy={`${idPrefix}-password`} data-copied={t.newPassword.copied}>
        {t.newPassword.copy}
      </button>
    )}{' '}
    <button
      type="button"
      class="link"
      hx-get={`/password-suggestion?for=${idPrefix}${asTyped ? '&as-typed=1' : ''}${label ? `&label=${label}` : ''}`}
      hx-target={`#${idPrefix}-passwords`}
      hx-swap="outerMorph"
    >
      {t.newPassword.suggest}
    </button>
  </span>
)

/**
 * The same without scripts, by sending the form. It stands behind the form's own button, which is the one that Enter
 * presses.
 */
export const SuggestPassword: FC<{ t: Messages }> = ({ t }) => (
  <Button class="button secondary scriptless" name="suggest" value="1" formnovalidate>
    {t.newPassword.suggest}
  </Button>
)

/** Shows the passwords that are typed in its form. Nothing without scripts: colombier.js brings it to light. */
export const RevealPasswords: FC<{ t: Messages }> = ({ t }) => (
  <label class="check reveal scripted">
    <input type="checkbox" data-reveal /> {t.password.reveal}
  </label>
)

/** Tells a password manager whose password it is. */
export const UsernameField: FC<{ address: string }> = ({ address }) => (
  <input type="text" name="username" value={address} autocomplete="username" readonly hidden />
)
