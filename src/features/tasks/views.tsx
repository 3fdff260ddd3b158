import type { FC } from 'hono/jsx'
import type { TaskError } from '../../../connector/contract/tasks.ts'
import { stateOf, type ConnectorEntry } from '../../db/connectors.ts'
import type { Waiting } from '../../db/outbox.ts'
import type { Paged } from '../../db/page.ts'
import type { FailureCount, QueueLength, TaskEntry } from '../../db/task-list.ts'
import type { Messages } from '../../i18n/languages.ts'
import { version } from '../../version.ts'
import { Alert } from '../../ui/alert.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Pager } from '../../ui/lists.tsx'
import { Ago, Sentence } from '../../ui/moment.tsx'

type WithMessages = { t: Messages }
type TasksProps = WithMessages & { page: Paged<TaskEntry>; before: string }

const Tabs: FC<WithMessages & { current: string }> = ({ t, current }) => (
  <nav class="tabs" aria-label={t.tasks.tabs}>
    {[
      { href: '/tasks', label: t.tasks.open },
      { href: '/tasks/failed', label: t.tasks.failed },
      { href: '/tasks/mail', label: t.tasks.mail },
    ].map(({ href, label }) => (
      <a href={href} aria-current={href === current ? 'page' : undefined}>
        {label}
      </a>
    ))}
  </nav>
)

type Parts = { connectors: ConnectorEntry[]; queue: QueueLength; failures: FailureCount[] }

export const OpenTasks: FC<TasksProps & { parts: Parts }> = ({ t, page, before, parts }) => (
  <section id="tasks" tabindex={-1}>
    <h1>{t.tasks.title}</h1>
    <Tabs t={t} current="/tasks" />
    <Queue t={t} queue={parts.queue} />
    <TaskTable t={t} tasks={page.rows} empty={t.tasks.noneOpen} />
    <Pager t={t} path="/tasks" list="tasks" kept={{}} name="before" after={before} next={page.next} />
    <Failures t={t} failures={parts.failures} />
    <h2>{t.tasks.connectors}</h2>
    <Connectors t={t} connectors={parts.connectors} />
    <p>
      <a href="/pairing">{t.pairing.title}</a>
    </p>
  </section>
)

export const FailedTasks: FC<TasksProps> = ({ t, page, before }) => (
  <section id="tasks" tabindex={-1}>
    <h1>{t.tasks.title}</h1>
    <Tabs t={t} current="/tasks/failed" />
    <p class="hint">{t.tasks.again}</p>
    <TaskTable t={t} tasks={page.rows} empty={t.tasks.noneFailed} />
    <Pager t={t} path="/tasks/failed" list="tasks" kept={{}} name="before" after={before} next={page.next} />
  </section>
)

const TaskTable: FC<WithMessages & { tasks: TaskEntry[]; empty: string }> = ({ t, tasks, empty }) => {
  if (tasks.length === 0) return <p class="empty">{empty}</p>
  const words = t.tasks
  return (
    <table>
      <thead>
        <tr>
          {[words.mailbox, words.kind, words.state, words.attempts, words.error, words.age].map((label) => (
            <th scope="col">{label}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <tr>
            <td>
              <bdi class="address">{task.mailbox}</bdi>
            </td>
            <td data-label={words.kind}>{words.kinds[task.kind]}</td>
            <td data-label={words.state}>
              {words.states[task.state]}{' '}
              {task.notBefore && (
                <span class="hint">
                  <Sentence t={t} at={task.notBefore} text={words.begins(task.notBefore)} />
                </span>
              )}
            </td>
            <td data-label={words.attempts}>{t.format.number(task.attempts)}</td>
            <td data-label={words.error}>{task.error && words.errors[task.error]}</td>
            <td data-label={words.age}>
              <Ago t={t} at={task.requestedAt} seconds={task.ageSeconds} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Queue: FC<WithMessages & { queue: QueueLength }> = ({ t, queue: { due, oldestSeconds, running, later } }) =>
  due + running + later > 0 && (
    <p class="facts">
      {t.tasks.queue(t.format.number(due), t.format.number(running), t.format.number(later))}{' '}
      {oldestSeconds !== null && t.tasks.oldest(t.lists.ago(oldestSeconds))}
    </p>
  )

/** What goes wrong, by category; what is still tried can be tried at once, as when its cause was mended. */
const Failures: FC<WithMessages & { failures: FailureCount[] }> = ({ t, failures }) => {
  if (failures.length === 0) return null
  const words = t.tasks
  return (
    <>
      <h2>{words.failures}</h2>
      <table>
        <thead>
          <tr>
            {[words.error, words.stillTried, words.nextAttempt, words.gaveUp].map((label) => (
              <th scope="col">{label}</th>
            ))}
            <th>
              <span class="unseen">{words.retry}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {failures.map(({ error, open, waiting, nextInSeconds, failed }) => (
            <tr>
              <td>{describeFailure(t, error)}</td>
              <td data-label={words.stillTried}>{t.format.number(open)}</td>
              <td data-label={words.nextAttempt}>{nextInSeconds !== null && t.lists.ago(-nextInSeconds)}</td>
              <td data-label={words.gaveUp}>{t.format.number(failed)}</td>
              <td>
                {waiting > 0 && (
                  <form method="post" action="/tasks/retry">
                    <Button kind="secondary" name="error" value={error}>
                      {words.retry}
                      <span class="unseen">{`: ${describeFailure(t, error) ?? ''}`}</span>
                    </Button>
                  </form>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

const Connectors: FC<WithMessages & { connectors: ConnectorEntry[] }> = ({ t, connectors }) => {
  if (connectors.length === 0)
    return (
      <Alert kind="bad">
        {t.tasks.noConnector} <a href="/first-steps">{t.firstSteps.title}</a>
      </Alert>
    )
  const words = t.tasks
  return (
    <table>
      <thead>
        <tr>
          {[words.host, words.seen, words.mode, words.version, words.lastFailure, words.activeLock].map((label) => (
            <th scope="col">{label}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {connectors.map((connector) => (
          <tr>
            <td>
              <bdi class="address">{connector.host}</bdi>
            </td>
            <td data-label={words.seen}>
              {t.lists.ago(connector.seenSecondsAgo)}{' '}
              {stateOf(connector) === 'silent' && <Badge kind="bad">{words.silent}</Badge>}
              {stateOf(connector) === 'gone' && <Badge kind="neutral">{words.gone}</Badge>}
            </td>
            <td data-label={words.mode}>{words.modes[connector.mode]}</td>
            <td data-label={words.version}>
              {connector.version}{' '}
              {connector.version !== version && <Badge kind="waiting">{words.otherVersion(version)}</Badge>}
            </td>
            <td data-label={words.lastFailure}>
              {describeFailure(t, connector.lastFailure)}{' '}
              {connector.failedSecondsAgo !== null && t.lists.ago(connector.failedSecondsAgo)}
            </td>
            <td data-label={words.activeLock}>{words.activeLocks[connector.activeLock]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** In words, if we have them: a newer connector may report errors that this version does not know. */
const describeFailure = (t: Messages, failure: string | null): string | null =>
  failure !== null && Object.hasOwn(t.tasks.errors, failure) ? t.tasks.errors[failure as TaskError] : failure

export const WaitingMails: FC<WithMessages & { waiting: Waiting; after: string }> = ({ t, waiting, after }) => {
  const words = t.tasks
  return (
    <section id="tasks" tabindex={-1}>
      <h1>{words.title}</h1>
      <Tabs t={t} current="/tasks/mail" />
      {waiting.oldestSeconds === null ? (
        <p class="empty">{words.noMail}</p>
      ) : (
        <>
          <p class="facts">
            {words.mailCount(t.lists.capped(waiting.count))}. {words.mailOldest(t.lists.ago(waiting.oldestSeconds))}
          </p>
          <table>
            <thead>
              <tr>
                {[words.recipient, words.written, words.attempts, words.error, words.nextAttempt].map((label) => (
                  <th scope="col">{label}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {waiting.rows.map((mail) => (
                <tr>
                  <td>
                    <bdi class="address">{mail.recipient}</bdi>
                  </td>
                  <td data-label={words.written}>{t.lists.ago(mail.ageSeconds)}</td>
                  <td data-label={words.attempts}>{t.format.number(mail.attempts)}</td>
                  <td data-label={words.error}>{mail.error ?? (mail.attempts === 0 ? words.notTried : '')}</td>
                  <td data-label={words.nextAttempt}>{t.lists.ago(-(mail.nextInSeconds ?? 0))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <Pager t={t} path="/tasks/mail" list="tasks" kept={{}} after={after} next={waiting.next} />
    </section>
  )
}
