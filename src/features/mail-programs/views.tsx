import type { FC } from 'hono/jsx'
import type { AppPasswords } from '../../../connector/contract/credentials.ts'
import type { Messages } from '../../i18n/languages.ts'
import type { MailClientPattern, MailServer } from '../../lib/mail-client.ts'
import { Button } from '../../ui/button.tsx'
import { Copyable } from '../../ui/copyable.tsx'
import { Field } from '../../ui/field.tsx'
import { QrCode } from '../../ui/qr-code.tsx'

type WithMessages = { t: Messages }

type Props = WithMessages & {
  address: string
  client: MailClientPattern
  /** whether programs can be told all of it */
  hasFile: boolean
  /** what programs may log in with */
  appPasswords: AppPasswords
  /** the whole address of the page, for a phone */
  url: string
  /** whether there are mailboxes to go back to */
  back: boolean
}

export const MailProgram: FC<Props> = ({ t, address, client, hasFile, appPasswords, url, back }) => {
  const words = t.mailPrograms
  const { imap, pop3, smtp, user, webmail } = client
  const password = { off: words.password, offered: words.passwordOrApp, required: words.appPassword }[appPasswords]
  const servers = [
    { is: 'imap', server: imap },
    { is: 'pop3', server: pop3 },
    { is: 'smtp', server: smtp },
  ] as const
  return (
    <section class="card">
      <h1>{words.title}</h1>
      <p>
        <strong class="address">{address}</strong>
      </p>
      <p class="lead">{appPasswords === 'required' ? words.introAppPassword : words.intro}</p>
      {servers.map(
        ({ is, server }) => server && <Server t={t} title={words[is]} server={server} user={user || words.ownUser} />,
      )}
      <p class="hint">{password}</p>
      {webmail && (
        <p>
          <a class="button secondary" href={webmail} rel="noreferrer">
            {words.webmail}
          </a>
        </p>
      )}
      {hasFile && (imap ?? pop3) && smtp && (
        <>
          <h2>{words.apple}</h2>
          <p>{words.appleHint}</p>
          <p>
            <a class="button secondary" href={`/mail/apple.mobileconfig?address=${encodeURIComponent(address)}`}>
              {words.appleProfile}
            </a>
          </p>
        </>
      )}
      <h2>{words.phone}</h2>
      <p>{words.phoneHint}</p>
      <QrCode label={words.phoneCode} text={url} />
      {back && (
        <p class="beside">
          <a href="/mailboxes">{words.back}</a>
        </p>
      )}
    </section>
  )
}

const Server: FC<WithMessages & { title: string; server: MailServer; user: string }> = ({ t, title, server, user }) => {
  const words = t.mailPrograms
  const { host, port, security } = server
  return (
    <>
      <h2>{title}</h2>
      <dl class="settings">
        {[
          [words.server, host],
          [words.port, String(port)],
          [words.security, words.securities[security]],
          [words.user, user],
        ].map(([label = '', value = '']) => (
          <div>
            <dt>{label}</dt>
            <dd>
              <Copyable t={t} value={value} what={`${label}, ${title}`} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}

/** For whoever came without one: a mailbox's address, of which only the domain is looked at. */
export const AskForAddress: FC<WithMessages & { typed: string; error: string | undefined }> = ({ t, typed, error }) => (
  <section class="card narrow">
    <h1>{t.mailPrograms.title}</h1>
    <form method="get" action="/mail-program">
      <Field
        name="address"
        type="email"
        label={t.mailPrograms.address}
        value={typed}
        error={error}
        autocomplete="email"
        autofocus
        required
      />
      <Button>{t.mailPrograms.show}</Button>
    </form>
  </section>
)
