import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { hindranceOf } from '../../mailbox/hindrance.ts'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, firstWrong } from '../../ui/field.tsx'
import { explain, MailboxCard, swapCard } from '../../ui/mailbox-row.tsx'
import { NewPasswordFields, SuggestPassword, UsernameField } from '../../ui/password-fields.tsx'
import { PROVEN_SIGNS, type RecoveryState } from './form.ts'

export type CodeProps = {
  t: Messages
  entry: MailboxEntry
  /** a code that waits for its proof; the code itself is shown this once */
  shown?: { id: string; check: string; code?: string }
  error?: string | undefined
  notice?: string | undefined
  done?: string | undefined
}

const post = (path: string) =>
  ({ method: 'post', action: path, 'hx-post': path, 'hx-target': 'closest li.card' }) as const

const Back: FC<{ entry: MailboxEntry; label: string }> = ({ entry, label }) => (
  <a class="button quiet" href="/mailboxes" data-cancel {...swapCard(`/mailboxes/${entry.id}`)}>
    {label}
  </a>
)

/** In the place of the mailbox's row: its recovery code is made, shown once, and proven to be kept. */
export const RecoveryCode: FC<CodeProps> = ({ t, entry, shown, error, notice, done }) => {
  const words = t.recovery
  const path = `/mailboxes/${entry.id}/code`
  const prefix = `mailbox-${entry.id}-recovery`
  const hindrance = hindranceOf('password', entry)
  return (
    <MailboxCard entry={entry}>
      <h2 class="address">{entry.address}</h2>
      {done && <Alert kind="good">{done}</Alert>}
      {notice && <Alert kind="bad">{notice}</Alert>}
      {shown?.code !== undefined && (
        <>
          <p>{words.codeOf(entry.address)}</p>
          <p class="preview">
            <strong class="address">{shown.code}</strong>
          </p>
          <p>{words.keep}</p>
        </>
      )}
      {shown ? (
        <form {...post(`${path}/proof`)}>
          <input type="hidden" name="code" value={shown.id} />
          <input type="hidden" name="check" value={shown.check} />
          <Field
            name="part"
            id={`${prefix}-part`}
            label={words.part(PROVEN_SIGNS)}
            hint={words.partHint}
            error={error}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            autofocus={error !== undefined}
            required
          />
          <div class="actions">
            <Button>{words.prove}</Button>
            <Back entry={entry} label={t.common.cancel} />
          </div>
        </form>
      ) : (
        <>
          <p>{words.intro}</p>
          <p>{entry.hasRecoveryCode ? words.has : words.hasNone}</p>
          {hindrance !== null && !notice && <Alert kind="info">{explain(t, entry, hindrance)}</Alert>}
          {hindrance === null && (
            <form {...post(path)}>
              <UsernameField address={entry.address} />
              <Field
                name="password"
                id={`${prefix}-password`}
                type="password"
                label={t.deletion.password}
                error={error}
                autocomplete="current-password"
                autofocus={error !== undefined}
                required
              />
              <div class="actions">
                <Button>{entry.hasRecoveryCode ? words.makeAnother : words.make}</Button>
                <Back entry={entry} label={t.common.cancel} />
              </div>
            </form>
          )}
          {hindrance !== null && <Back entry={entry} label={t.common.cancel} />}
        </>
      )}
    </MailboxCard>
  )
}

type FormProps = {
  t: Messages
  entry: MailboxEntry
  hours: number
  form: RecoveryState
  notice: string | undefined
}

/** In the place of the row, for whoever has lost the mailbox's password. */
export const RecoveryForm: FC<FormProps> = ({ t, entry, hours, form: { errors = {}, suggested }, notice }) => {
  const words = t.recovery
  const path = `/mailboxes/${entry.id}/recovery`
  const prefix = `mailbox-${entry.id}`
  return (
    <MailboxCard entry={entry}>
      <h2 class="address">{entry.address}</h2>
      <p>{words.lost}</p>
      <p>{hours === 0 ? words.noDelay : words.delay(hours)}</p>
      {notice && <Alert kind="bad">{notice}</Alert>}
      <form {...post(path)}>
        <UsernameField address={entry.address} />
        <Field
          name="code"
          id={`${prefix}-code`}
          label={words.code}
          hint={words.codeHint}
          error={errors.code}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          maxlength={100}
          autofocus={(firstWrong(errors) ?? 'code') === 'code'}
          required
        />
        <NewPasswordFields t={t} asTyped errors={errors} idPrefix={prefix} suggested={suggested} />
        <div class="actions">
          <Button>{t.password.submit}</Button>
          <SuggestPassword t={t} />
          <Back entry={entry} label={t.common.cancel} />
        </div>
      </form>
      <p class="hint">{words.without}</p>
    </MailboxCard>
  )
}
