import type { FC } from 'hono/jsx'
import type { Credential } from '../../db/credentials.ts'
import type { Messages } from '../../i18n/languages.ts'
import { hindranceOf } from '../../mailbox/hindrance.ts'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { describedBy, Field, FieldNotes, firstWrong } from '../../ui/field.tsx'
import { explain, MailboxCard, swapCard } from '../../ui/mailbox-row.tsx'
import { UsernameField } from '../../ui/password-fields.tsx'
import { protocolChoices, type AppPasswordState } from './form.ts'
import { MOST_APP_PASSWORDS, PROTOCOLS } from './make.ts'

type Props = {
  t: Messages
  entry: MailboxEntry
  appPasswords: Credential[]
  form?: AppPasswordState
  notice?: string | undefined
  done?: string | undefined
  /** what was made just now, and is shown this once */
  made?: { name: string; secret: string }
}

export const appPasswordsPath = (mailboxId: number): string => `/mailboxes/${mailboxId}/app-passwords`
const post = (path: string) =>
  ({ method: 'post', action: path, 'hx-post': path, 'hx-target': 'closest li.card' }) as const

/** In the place of the mailbox's row: its app passwords, and the form for another. */
export const AppPasswords: FC<Props> = ({ t, entry, appPasswords, form, notice, done, made }) => {
  const words = t.appPasswords
  const path = appPasswordsPath(entry.id)
  const hindrance = hindranceOf('password', entry)
  return (
    <MailboxCard entry={entry}>
      <div class="card-head">
        <h2 class="address">{entry.address}</h2>
        <p class="count">
          {words.title} {words.count(appPasswords.length, MOST_APP_PASSWORDS)}
        </p>
      </div>
      <p class="lead">{words.intro}</p>
      {entry.appPasswords === 'required' && <p>{words.required}</p>}
      {entry.appPasswords === 'off' && <Alert kind="info">{words.notTaken}</Alert>}
      {done && <Alert kind="good">{done}</Alert>}
      {notice && <Alert kind="bad">{notice}</Alert>}
      {made && (
        <Alert kind="good">
          {words.made(made.name)} <code>{made.secret}</code>
          <br />
          {words.madeHint}
        </Alert>
      )}
      {appPasswords.length === 0 && <p class="empty">{words.empty}</p>}
      {appPasswords.length > 0 && (
        <ul class="aliases">
          {appPasswords.map((one) => (
            <li class="alias">
              <span class="address">{one.name}</span>
              <span class="hint">{factsOf(t, one)}</span>
              <div class="actions">
                <form {...post(`${path}/${one.id}/revocation`)}>
                  <Button kind="secondary" aria-label={words.revokeNamed(one.name)}>
                    {words.revoke}
                  </Button>
                </form>
              </div>
            </li>
          ))}
        </ul>
      )}
      {hindrance !== null && !notice && <Alert kind="info">{explain(t, entry, hindrance)}</Alert>}
      {hindrance === null && entry.appPasswords !== 'off' && (
        <NewAppPassword t={t} entry={entry} appPasswords={appPasswords} form={form} />
      )}
      <div class="actions">
        {appPasswords.length > 1 && (
          <form {...post(`${path}/revocation`)}>
            <Button kind="danger">{words.revokeAll}</Button>
          </form>
        )}
        <a class="button quiet" href="/mailboxes" data-cancel {...swapCard(`/mailboxes/${entry.id}`)}>
          {words.back}
        </a>
      </div>
    </MailboxCard>
  )
}

function factsOf(
  { appPasswords: words, format }: Messages,
  { protocols, lastDay, isOver, createdAt }: Credential,
): string {
  const choices = protocolChoices
    .filter((choice) => protocols.split(',').includes(PROTOCOLS[choice].split(',')[0] ?? ''))
    .map((choice) => words.protocolChoices[choice])
  const day = lastDay === null ? [] : [(isOver ? words.over : words.until)(format.day(lastDay))]
  return [...choices, words.created(createdAt), ...day].join(' · ')
}

const NewAppPassword: FC<Pick<Props, 't' | 'entry' | 'appPasswords' | 'form'>> = ({ t, entry, appPasswords, form }) => {
  const words = t.appPasswords
  if (appPasswords.length >= MOST_APP_PASSWORDS) return <p class="facts">{words.limitReached(MOST_APP_PASSWORDS)}</p>

  const { errors = {}, typed = {}, protocols = protocolChoices } = form ?? {}
  const prefix = `mailbox-${entry.id}-app`
  const first = firstWrong(errors)
  return (
    <form {...post(appPasswordsPath(entry.id))}>
      <UsernameField address={entry.address} />
      <Field
        name="name"
        id={`${prefix}-name`}
        label={words.name}
        hint={words.nameHint}
        value={typed.name}
        error={errors.name}
        autocomplete="off"
        maxlength={60}
        autofocus={first === 'name'}
        required
      />
      <fieldset class="ticks" {...describedBy(`${prefix}-protocols`, undefined, errors.protocols)}>
        <legend>{words.protocols}</legend>
        <div class="choices">
          {protocolChoices.map((choice) => (
            <label>
              <input type="checkbox" name="protocols" value={choice} checked={protocols.includes(choice)} />
              {words.protocolChoices[choice]}
            </label>
          ))}
        </div>
        <FieldNotes id={`${prefix}-protocols`} hint={undefined} error={errors.protocols} />
      </fieldset>
      <Field
        name="lastDay"
        id={`${prefix}-day`}
        type="date"
        label={words.lastDay}
        hint={words.lastDayHint}
        value={typed.lastDay}
        error={errors.lastDay}
        autofocus={first === 'lastDay'}
      />
      <Field
        name="password"
        id={`${prefix}-password`}
        type="password"
        label={words.password}
        error={errors.password}
        autocomplete="current-password"
        autofocus={first === 'password'}
        required
      />
      <div class="actions">
        <Button>{words.submit}</Button>
      </div>
    </form>
  )
}
