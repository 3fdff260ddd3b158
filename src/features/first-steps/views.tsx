import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { WaitingFor } from '../../ui/waiting-for.tsx'
import { Copyable } from '../../ui/copyable.tsx'

type Props = {
  t: Messages
  /** of the connectors that report */
  hosts: string[]
}

const folder = '/opt/colombier-connector'
const commands = {
  install: `cp -r connector ${folder} && cp systemd/colombier-connector* /etc/systemd/system/`,
  check: `cd ${folder} && node --env-file=/etc/colombier/connector.env dist/main.js doctor`,
  start: 'systemctl enable --now colombier-connector-watch.service',
} as const
const steps = ['install', 'check', 'start'] as const

export const FirstSteps: FC<Props> = ({ t, hosts }) => (
  <section>
    <header class="page-head">
      <h1>{t.firstSteps.title}</h1>
    </header>
    <p class="lead">{t.firstSteps.intro}</p>
    <ConnectorSeen t={t} hosts={hosts} />
    <div class="card">
      <ol>
        {steps.map((step) => (
          <li>
            <p>{t.firstSteps[step]}</p>
            <p>
              <Copyable t={t} value={commands[step]} what={t.firstSteps[step]} />
            </p>
          </li>
        ))}
      </ol>
    </div>
    <p>
      <a href="/pairing">{t.pairing.title}</a>
    </p>
    <h2>{t.firstSteps.then}</h2>
    <ul>
      {(
        [
          ['mailbox', '/mailboxes'],
          ['requests', '/registrations'],
          ['accounts', '/accounts'],
          ['tasks', '/tasks'],
        ] as const
      ).map(([what, path]) => (
        <li>
          <a href={path}>{t.firstSteps[what]}</a>
        </li>
      ))}
    </ul>
  </section>
)

/** Asks for itself until a connector has reported. */
const ConnectorSeen: FC<Props> = ({ t, hosts }) =>
  hosts.length > 0 ? (
    <div id="connector-seen" role="status">
      <Alert kind="good">{t.firstSteps.seen(hosts)}</Alert>
    </div>
  ) : (
    <WaitingFor t={t} id="connector-seen" path="/first-steps">
      {t.firstSteps.waiting}
    </WaitingFor>
  )
