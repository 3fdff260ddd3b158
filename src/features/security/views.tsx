import type { FC } from 'hono/jsx'
import type { AccountEventEntry } from '../../db/account-events.ts'
import { MOST_PASSKEYS } from '../../db/passkeys.ts'
import type { SecondFactors } from '../../db/second-factors.ts'
import type { SessionEntry } from '../../db/sessions.ts'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { Badge } from '../../ui/badge.tsx'
import { browserName } from '../../ui/browser-name.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Moment } from '../../ui/moment.tsx'
import { PasskeyForm } from '../../ui/passkey-form.tsx'
import { QrCode } from '../../ui/qr-code.tsx'
import type { ConfirmationState } from './form.ts'

type WithMessages = { t: Messages }
type Done = keyof Messages['security']['done']

export const isDone = (text: string): text is Done =>
  ['added', 'removed', 'passkey', 'passkeyRemoved', 'sessions', 'session', 'failed'].includes(text)

type SecurityProps = WithMessages & {
  factors: SecondFactors
  /** whether the site offers second factors */
  mayAdd: boolean
  mayAddPasskey: boolean
  sessions: SessionEntry[]
  /** the id of the session that asks */
  here: string
  events: AccountEventEntry[]
  done: Done | null
}

export const Security: FC<SecurityProps> = ({ t, factors, mayAdd, mayAddPasskey, sessions, here, events, done }) => (
  <section id="security" tabindex={-1}>
    <header class="page-head">
      <h1>{t.security.title}</h1>
    </header>
    {done && <Alert kind={done === 'failed' ? 'bad' : 'good'}>{t.security.done[done]}</Alert>}
    {(mayAdd || hasFactor(factors)) && (
      <Factors t={t} factors={factors} mayAdd={mayAdd} mayAddPasskey={mayAddPasskey} />
    )}
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

const hasFactor = ({ totp, passkeys }: SecondFactors): boolean => totp !== null || passkeys.length > 0

type FactorsProps = Pick<SecurityProps, 't' | 'factors' | 'mayAdd' | 'mayAddPasskey'>

const Factors: FC<FactorsProps> = ({ t, factors, mayAdd, mayAddPasskey }) => {
  const words = t.secondFactor
  const { totp, passkeys, backupCodes } = factors
  return (
    <section class="card">
      <h2>{words.heading}</h2>
      <p>{words.intro}</p>
      <h3>{words.app}</h3>
      {totp === null && mayAdd && <BeginForm t={t} />}
      {totp !== null && (
        <>
          <p>
            <Used t={t} {...totp} />
          </p>
          <form method="post" action="/security/authenticator/removal">
            <Button kind="danger">{words.remove}</Button>
          </form>
        </>
      )}
      {(mayAddPasskey || passkeys.length > 0) && <h3>{t.passkeys.title}</h3>}
      {passkeys.length > 0 && (
        <ul class="aliases">
          {passkeys.map((one) => (
            <li class="alias">
              <span class="address">{one.name}</span>
              <span class="hint">
                <Used t={t} {...one} />
              </span>
              <form class="actions" method="post" action={`/security/passkeys/${one.id}/removal`}>
                <Button kind="secondary" aria-label={t.passkeys.removeNamed(one.name)}>
                  {t.passkeys.remove}
                </Button>
              </form>
            </li>
          ))}
        </ul>
      )}
      {mayAddPasskey && passkeys.length < MOST_PASSKEYS && <NewPasskey t={t} />}
      {hasFactor(factors) && (
        <>
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

const Used: FC<WithMessages & { createdAt: string; lastUsedAt: string | null }> = ({ t, createdAt, lastUsedAt }) => (
  <>
    {t.secondFactor.addedAt} <Moment t={t} at={createdAt} />
    {lastUsedAt !== null && (
      <>
        {' · '}
        {t.secondFactor.lastUsed} <Moment t={t} at={lastUsedAt} />
      </>
    )}
  </>
)

const NewPasskey: FC<WithMessages> = ({ t }) => (
  <>
    <p>{t.passkeys.intro}</p>
    <p class="hint scriptless">{t.passkeys.needsScripts}</p>
    <PasskeyForm
      t={t}
      act="create"
      challenge="/security/passkeys/challenge"
      action="/security/passkeys"
      label={t.passkeys.add}
    >
      <Field
        name="name"
        id="passkey-name"
        label={t.passkeys.name}
        hint={t.passkeys.nameHint}
        maxlength={60}
        autocomplete="off"
      />
    </PasskeyForm>
  </>
)

const BeginForm: FC<WithMessages> = ({ t }) => (
  <form method="post" action="/security/authenticator">
    <Button>{t.secondFactor.addApp}</Button>
  </form>
)

type InvitationProps = WithMessages & {
  /** until when it can be put off, and where to go on; null: it cannot be */
  later: { next: string; from: string } | null
  mayAddPasskey: boolean
  /** a passkey was not taken */
  failed: boolean
}

/** After the password, for an account that the site wants to have a second factor. */
export const Invitation: FC<InvitationProps> = ({ t, later, mayAddPasskey, failed }) => {
  const words = t.secondFactor.invitation
  return (
    <section class="card narrow">
      <h1>{words.title}</h1>
      <p class="lead">{later === null ? words.needed : words.until(t.format.day(later.from))}</p>
      {failed && <Alert kind="bad">{t.security.done.failed}</Alert>}
      <p>{t.secondFactor.intro}</p>
      <BeginForm t={t} />
      {mayAddPasskey && <NewPasskey t={t} />}
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
