import type { FC } from 'hono/jsx'
import type { AccountEventEntry } from '../../db/account-events.ts'
import type { SecondFactors } from '../../db/second-factors.ts'
import type { SessionEntry } from '../../db/sessions.ts'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { Badge } from '../../ui/badge.tsx'
import { browserName } from '../../ui/browser-name.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Moment } from '../../ui/moment.tsx'
import { QrCode } from '../../ui/qr-code.tsx'
import type { ConfirmationState } from './form.ts'

type WithMessages = { t: Messages }
type Done = keyof Messages['security']['done']

export const isDone = (text: string): text is Done => ['removed', 'sessions', 'session'].includes(text)

type SecurityProps = WithMessages & {
  factors: SecondFactors
  /** whether the site offers second factors */
  mayAdd: boolean
  sessions: SessionEntry[]
  /** the id of the session that asks */
  here: string
  events: AccountEventEntry[]
  done: Done | null
}

export const Security: FC<SecurityProps> = ({ t, factors, mayAdd, sessions, here, events, done }) => (
  <section id="security" tabindex={-1}>
    <header class="page-head">
      <h1>{t.security.title}</h1>
    </header>
    {done && <Alert kind="good">{t.security.done[done]}</Alert>}
    {(mayAdd || factors.totp !== null) && <Factors t={t} factors={factors} mayAdd={mayAdd} />}
    <Sessions t={t} sessions={sessions} here={here} />
    <OwnHistory t={t} events={events} />
    <p>
      <a href="/profile">{t.security.back}</a>
    </p>
  </section>
)

/** Swapped in place with htmx; without it, a plain form. */
const postTo = (path: string) => ({
  method: 'post' as const,
  action: path,
  'hx-post': path,
  'hx-target': '#security',
  'hx-swap': 'outerHTML',
})

const Sessions: FC<WithMessages & { sessions: SessionEntry[]; here: string }> = ({ t, sessions, here }) => {
  const words = t.profile.sessions
  return (
    <section class="card">
      <h2>{words.title}</h2>
      <table>
        <thead>
          <tr>
            {[words.browser, words.network, words.since, words.lastSeen, words.actions].map((label) => (
              <th scope="col">{label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sessions.map(({ id, userAgent, network, createdAt, lastSeenAt, waits }) => (
            <tr>
              <td>
                <bdi>{browserName(t, userAgent)}</bdi> {id === here && <Badge kind="good">{words.here}</Badge>}
                {waits === 1 && <Badge kind="bad">{words.waits}</Badge>}
              </td>
              <td class="network" data-label={words.network}>
                {network}
              </td>
              <td class="whole" data-label={words.since}>
                <Moment t={t} at={createdAt} />
              </td>
              <td class="whole" data-label={words.lastSeen}>
                <Moment t={t} at={lastSeenAt} />
              </td>
              <td>
                {id !== here && (
                  <form {...postTo(`/security/sessions/${id}/revocation`)}>
                    <Button
                      kind="quiet"
                      aria-label={words.endOf(browserName(t, userAgent), t.format.dateTime(createdAt))}
                    >
                      {words.end}
                    </Button>
                  </form>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sessions.length > 1 && (
        <form class="actions" {...postTo('/security/sessions/revocation')}>
          <Button kind="secondary">{words.endOthers}</Button>
        </form>
      )}
    </section>
  )
}

/** What was done with the account, who failed to sign in among it. */
const OwnHistory: FC<WithMessages & { events: AccountEventEntry[] }> = ({ t, events }) => {
  const words = t.security.history
  return (
    <section class="card">
      <h2>{words.title}</h2>
      <p>{words.intro}</p>
      {events.length === 0 ? (
        <p class="empty">{t.audit.empty}</p>
      ) : (
        <table>
          <thead>
            <tr>
              {[words.what, words.when, t.profile.sessions.browser, t.profile.sessions.network].map((label) => (
                <th scope="col">{label}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {events.map(({ event, at, network, userAgent }) => (
              <tr>
                <td>{words.events[event]}</td>
                <td class="whole" data-label={words.when}>
                  <Moment t={t} at={at} />
                </td>
                <td data-label={t.profile.sessions.browser}>
                  {userAgent === null ? t.audit.administrator : <bdi>{browserName(t, userAgent)}</bdi>}
                </td>
                <td class="network" data-label={t.profile.sessions.network}>
                  {network ?? '–'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

const Factors: FC<Pick<SecurityProps, 't' | 'factors' | 'mayAdd'>> = ({ t, factors: { totp, backupCodes } }) => {
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
