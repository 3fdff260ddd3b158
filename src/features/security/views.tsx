import type { FC } from 'hono/jsx'
import type { SecondFactors } from '../../db/second-factors.ts'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Moment } from '../../ui/moment.tsx'
import { QrCode } from '../../ui/qr-code.tsx'
import type { ConfirmationState } from './form.ts'

type WithMessages = { t: Messages }
type Done = keyof Messages['security']['done']

export const isDone = (text: string): text is Done => ['removed'].includes(text)

type SecurityProps = WithMessages & {
  factors: SecondFactors
  /** whether the site offers second factors */
  mayAdd: boolean
  done: Done | null
}

export const Security: FC<SecurityProps> = ({ t, factors, mayAdd, done }) => (
  <section id="security" tabindex={-1}>
    <header class="page-head">
      <h1>{t.security.title}</h1>
    </header>
    {done && <Alert kind="good">{t.security.done[done]}</Alert>}
    {(mayAdd || factors.totp !== null) && <Factors t={t} factors={factors} mayAdd={mayAdd} />}
    <p>
      <a href="/profile">{t.security.back}</a>
    </p>
  </section>
)

const Factors: FC<Omit<SecurityProps, 'done'>> = ({ t, factors: { totp, backupCodes } }) => {
  const words = t.secondFactor
  return (
    <section class="card">
      <h2>{words.heading}</h2>
      <p>{words.intro}</p>
      {totp === null ? (
        <BeginForm t={t} />
      ) : (
        <>
          <h3>{words.app}</h3>
          <p>
            {words.addedAt} <Moment t={t} at={totp.createdAt} />
            {totp.lastUsedAt !== null && (
              <>
                {' · '}
                {words.lastUsed} <Moment t={t} at={totp.lastUsedAt} />
              </>
            )}
          </p>
          <form method="post" action="/security/authenticator/removal">
            <Button kind="danger">{words.remove}</Button>
          </form>
          <h3>{words.backupCodes}</h3>
          <p>{words.codesLeft(backupCodes)}</p>
          <form method="post" action="/security/backup-codes">
            <Button kind="secondary">{words.renewCodes}</Button>
          </form>
        </>
      )}
    </section>
  )
}

const BeginForm: FC<WithMessages> = ({ t }) => (
  <form method="post" action="/security/authenticator">
    <Button>{t.secondFactor.addApp}</Button>
  </form>
)

type InvitationProps = WithMessages & {
  /** until when it can be put off, and where to go on; null: it cannot be */
  later: { next: string; from: string } | null
}

/** After the password, for an account that the site wants to have a second factor. */
export const Invitation: FC<InvitationProps> = ({ t, later }) => {
  const words = t.secondFactor.invitation
  return (
    <section class="card narrow">
      <h1>{words.title}</h1>
      <p class="lead">{later === null ? words.needed : words.until(t.format.day(later.from))}</p>
      <p>{t.secondFactor.intro}</p>
      <BeginForm t={t} />
      {later === null ? (
        <form class="beside" method="post" action="/sign-out">
          <Button kind="quiet">{t.common.signOut}</Button>
        </form>
      ) : (
        <p class="beside">
          <a href={later.next}>{words.later}</a>
        </p>
      )}
    </section>
  )
}

/** The key of a new authenticator app, as a picture and in letters, and the code that shows that the app has it. */
export const Enrolment: FC<WithMessages & ConfirmationState & { secret: string; uri: string }> = ({
  t,
  secret,
  uri,
  errors = {},
}) => {
  const words = t.secondFactor.enrolment
  return (
    <section class="card narrow">
      <h1>{words.title}</h1>
      <p class="lead">{words.scan}</p>
      <QrCode label={words.picture} text={uri} />
      <p>
        {words.orType} <code class="value">{(secret.match(/.{1,4}/g) ?? []).join(' ')}</code>
      </p>
      <p>
        <a href={uri}>{words.openApp}</a>
      </p>
      <form method="post" action="/security/authenticator/confirmation">
        <Field
          name="code"
          label={t.secondFactor.code}
          hint={words.codeHint}
          error={errors.code}
          autocomplete="one-time-code"
          inputmode="numeric"
          maxlength={20}
          autofocus
          required
        />
        <Button>{words.submit}</Button>
      </form>
    </section>
  )
}

/** Shown once. */
export const BackupCodes: FC<WithMessages & { codes: string[] }> = ({ t, codes }) => {
  const words = t.secondFactor.codes
  return (
    <section class="card narrow">
      <h1>{words.title}</h1>
      <p class="lead">{words.intro}</p>
      <pre class="value">{codes.join('\n')}</pre>
      <button type="button" class="button quiet scripted" data-copy="" data-copied={t.copying.copied}>
        {t.copying.copy}
        <span class="unseen">: {t.secondFactor.backupCodes}</span>
      </button>
      <p>{words.keep}</p>
      <p>
        <a class="button" href="/">
          {words.goOn}
        </a>
      </p>
    </section>
  )
}
