import type { FC, PropsWithChildren } from 'hono/jsx'
import { LANGUAGES, nameOf, type Language, type Messages } from '../../i18n/languages.ts'
import { readableEmail } from '../../lib/email.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { Email } from '../../ui/email.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { NewPasswordFields, RevealPasswords, SuggestPassword, UsernameField } from '../../ui/password-fields.tsx'
import type { ProfileState } from './form.ts'
import type { Account } from '../../db/accounts.ts'

type WithMessages = { t: Messages }
type Done = keyof Messages['profile']['done']

export const isDone = (text: string): text is Done => ['password', 'email'].includes(text)

type ProfileProps = WithMessages & {
  account: Account
  language: Language
  hasMailboxes: boolean
  state: ProfileState
  done: Done | null
}

export const Profile: FC<ProfileProps> = ({ t, account, language, hasMailboxes, state, done }) => (
  <section id="profile" tabindex={-1}>
    <header class="page-head">
      <h1>{t.profile.title}</h1>
      <p class="count">
        {t.profile.signedInAs} <Email class="address" address={account.email} />
      </p>
    </header>
    {done && <Alert kind="good">{t.profile.done[done]}</Alert>}
    <p>
      <a href="/security">{t.profile.security}</a>
    </p>
    <PasswordCard t={t} account={account} {...state.password} />
    <EmailCard t={t} account={account} {...state.email} />
    <LanguageCard t={t} language={language} />
    <DeletionCard t={t} account={account} hasMailboxes={hasMailboxes} errors={state.deletion?.errors ?? {}} />
  </section>
)

/** Swapped in place with htmx; without it, a plain form. */
const postTo = (path: string) => ({
  method: 'post' as const,
  action: path,
  'hx-post': path,
  'hx-target': '#profile',
})

type RowProps = PropsWithChildren<
  WithMessages & { title: string; now?: string; act?: string; open: boolean; class?: string }
>

/** One thing of the account as it is now; its form is folded away until it is wanted. */
const Row: FC<RowProps> = ({ t, title, now, act = t.profile.change, open, class: kind = 'card', children }) => (
  <details class={kind} name="profile" open={open}>
    <summary class="card-head">
      <h2>{title}</h2>
      {now && <bdi class="now">{now}</bdi>}
      <span class="link">{act}</span>
    </summary>
    {children}
  </details>
)

const CurrentField: FC<WithMessages & { id: string; error: string | undefined }> = ({ t, id, error }) => (
  <Field
    name="current"
    id={id}
    type="password"
    label={t.profile.current}
    error={error}
    autofocus={Boolean(error)}
    autocomplete="current-password"
    required
  />
)

const PasswordCard: FC<WithMessages & NonNullable<ProfileState['password']> & { account: Account }> = ({
  t,
  account,
  errors = {},
  suggested,
}) => (
  <Row t={t} title={t.profile.password.title} open={suggested !== undefined || Object.keys(errors).length > 0}>
    <p>{t.profile.password.intro}</p>
    <form {...postTo('/profile/password')}>
      <UsernameField address={account.email} />
      <CurrentField t={t} id="password-current" error={errors.current} />
      <NewPasswordFields t={t} errors={errors} suggested={suggested} />
      <div class="actions">
        <Button>{t.profile.password.submit}</Button>
        <SuggestPassword t={t} />
      </div>
    </form>
  </Row>
)

const EmailCard: FC<WithMessages & NonNullable<ProfileState['email']> & { account: Account }> = ({
  t,
  account,
  errors = {},
  typed = {},
}) => (
  <Row t={t} title={t.profile.email.title} now={readableEmail(account.email)} open={Object.keys(errors).length > 0}>
    <p>{t.profile.email.intro}</p>
    <form {...postTo('/profile/email')}>
      <UsernameField address={account.email} />
      <Field
        name="email"
        type="email"
        label={t.profile.email.next}
        value={typed.email}
        error={errors.email}
        autofocus={Boolean(errors.email)}
        autocomplete="off"
        maxlength={254}
        required
      />
      <CurrentField t={t} id="email-current" error={errors.current} />
      <RevealPasswords t={t} />
      <Button>{t.profile.email.submit}</Button>
    </form>
  </Row>
)

const LanguageCard: FC<WithMessages & { language: Language }> = ({ t, language }) => (
  <Row t={t} title={t.profile.language.title} now={nameOf(language)} open={false}>
    <form method="post" action="/preferences/language">
      <input type="hidden" name="next" value="/profile" />
      <SelectField
        name="language"
        label={t.profile.language.label}
        value={language}
        options={LANGUAGES.map((value) => ({ value, label: nameOf(value) }))}
      />
      <Button kind="secondary">{t.profile.language.submit}</Button>
    </form>
  </Row>
)

const DeletionCard: FC<WithMessages & { account: Account; hasMailboxes: boolean; errors: { current?: string } }> = ({
  t,
  account,
  hasMailboxes,
  errors,
}) => (
  <Row
    t={t}
    title={t.profile.deletion.title}
    act={t.deletion.open}
    open={errors.current !== undefined}
    class="card danger-zone"
  >
    <p>{t.profile.deletion.intro}</p>
    {hasMailboxes ? (
      <Alert kind={errors.current ? 'bad' : 'info'}>{t.profile.deletion.hasMailboxes}</Alert>
    ) : (
      <form {...postTo('/profile/deletion')}>
        <UsernameField address={account.email} />
        <CurrentField t={t} id="deletion-current" error={errors.current} />
        <RevealPasswords t={t} />
        <Button kind="danger">{t.profile.deletion.submit}</Button>
      </form>
    )}
  </Row>
)

export const EmailConfirmation: FC<WithMessages & { token: string; address: string }> = ({ t, token, address }) => (
  <section class="card narrow">
    <h1>{t.emailConfirmation.title}</h1>
    <p>{t.emailConfirmation.intro(address)}</p>
    <form method="post" action="/email-confirmation">
      <input type="hidden" name="token" value={token} />
      <Button>{t.emailConfirmation.submit}</Button>
    </form>
  </section>
)
