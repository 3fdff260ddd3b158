import type { FC, PropsWithChildren } from 'hono/jsx'
import { isForDoveadm } from '../../connector/contract/doveadm-address.ts'
import type { TaskError } from '../../connector/contract/tasks.ts'
import type { MailboxEntry } from '../mailbox/with-mail-row.ts'
import type { Messages } from '../i18n/languages.ts'
import { Alert } from './alert.tsx'
import { Badge } from './badge.tsx'
import { Button } from './button.tsx'
import { ContactLink } from './contact-link.tsx'
import { mailProgramPath } from './mail-program-path.ts'
import { nameOf } from './name-of.ts'
import { hindranceOf, type Hindrance } from '../mailbox/hindrance.ts'
import { failedTask, isPassing, momentOf, stateOf, type MailboxState } from '../mailbox/state.ts'
import { Sentence } from './moment.tsx'

type WithMessages = { t: Messages }

/** Those that are there can be revoked in any case. */
const showsAppPasswords = ({ actions, appPasswords, hasAppPasswords }: MailboxEntry): boolean =>
  actions.includes('appPasswords') && (appPasswords !== 'off' || hasAppPasswords)

/** One mailbox, which asks for itself again as long as something is happening to it. */
export const MailboxRow: FC<WithMessages & { entry: MailboxEntry; changed?: boolean }> = ({ t, entry, changed }) => {
  const state = stateOf(entry, entry.mailRow)
  const may = (action: MailboxEntry['actions'][number]) => entry.actions.includes(action)
  const failed = failedTask(entry)
  const isRunnable = isForDoveadm(entry.address)
  const mayChange = hindranceOf('password', entry) === null
  const mayDelete = hindranceOf('deletion', entry) === null
  const path = `/mailboxes/${entry.id}`
  const storage = entry.mailRow && t.mailboxes.storage(entry.mailRow.usedBytes, entry.mailRow.quota)

  return (
    <MailboxCard entry={entry} poll={isPassing(state)} changed={changed}>
      <div class="card-head">
        <h2 class="address">{entry.address}</h2>
        <StateBadge t={t} state={state} />
      </div>
      <p class={state.is === 'active' ? 'state unseen' : 'state'} aria-live="polite">
        <Sentence t={t} at={momentOf(state)} text={describe(t, state)} />
      </p>
      {entry.isHeldUp && <Alert kind="info">{t.mailboxes.heldUp}</Alert>}
      {storage && <p class="facts">{storage}</p>}
      {!isRunnable && <p class="facts">{t.mailboxes.unrunnable}</p>}
      {failed && <Alert kind="bad">{failureOf(t, failed)}</Alert>}
      {(failed !== null || needsHelp.includes(state.is) || !isRunnable) && (
        <p class="facts">
          <ContactLink t={t} mailbox={entry.address} />
        </p>
      )}
      {entry.recoveryDueAt !== null && (
        <Alert kind="info">
          <Sentence t={t} at={entry.recoveryDueAt} text={t.recovery.waiting(entry.recoveryDueAt)} />
        </Alert>
      )}
      <div class="actions">
        {entry.hasClientSettings && !['setUpFailed', 'missing', 'deleting'].includes(state.is) && (
          <a
            class="button secondary"
            href={mailProgramPath(entry.address)}
            aria-label={nameOf(t.mailPrograms.open, entry.address)}
          >
            {t.mailPrograms.open}
          </a>
        )}
        {mayChange && may('password') && (
          <Opener kind="secondary" of={entry} noun="password" label={t.password.change} />
        )}
        {entry.mayStartAnew && mayDelete && may('create') && (
          <Opener kind="secondary" of={entry} noun="new-start" label={t.newStart.open} />
        )}
        {entry.recoveryDueAt !== null && (
          <form
            method="post"
            action={`${path}/recovery/cancellation`}
            hx-post={`${path}/recovery/cancellation`}
            hx-target="closest li.card"
          >
            <Button kind="secondary" aria-label={nameOf(t.recovery.cancel, entry.address)}>
              {t.recovery.cancel}
            </Button>
          </form>
        )}
        {mayChange && may('password') && (
          <Opener
            kind="secondary"
            of={entry}
            noun="code"
            label={entry.hasRecoveryCode ? t.recovery.title : t.recovery.offer}
          />
        )}
        {mayChange && showsAppPasswords(entry) && (
          <Opener kind="secondary" of={entry} noun="app-passwords" label={t.appPasswords.title} />
        )}
        {state.is !== 'setUpFailed' && state.is !== 'missing' && may('aliases') && (
          <Opener kind="secondary" of={entry} noun="aliases" label={t.aliases.title} />
        )}
        {hindranceOf('setUpAgain', entry) === null && may('create') && (
          <Opener kind="secondary" of={entry} noun="creation" label={t.mailboxes.setUpAgain} />
        )}
        {mayDelete && may('delete') && <Opener kind="quiet" of={entry} noun="deletion" label={t.deletion.open} />}
        <a class="button quiet" href={`${path}/history`} aria-label={nameOf(t.audit.link, entry.address)}>
          {t.audit.link}
        </a>
        {state.is === 'deleting' && (
          <form
            method="post"
            action={`${path}/deletion/cancellation`}
            hx-post={`${path}/deletion/cancellation`}
            hx-target="closest li.card"
          >
            <Button kind="secondary" aria-label={nameOf(t.deletion.cancel, entry.address)}>
              {t.deletion.cancel}
            </Button>
          </form>
        )}
      </div>
    </MailboxCard>
  )
}

type OpenerProps = { kind: 'secondary' | 'quiet'; of: MailboxEntry; noun: string; label: string }

/** Opens a form in the row's place. */
const Opener: FC<OpenerProps> = ({ kind, of: { id, address }, noun, label }) => {
  const path = `/mailboxes/${id}/${noun}`
  return (
    <a class={`button ${kind}`} href={path} aria-label={nameOf(label, address)} hx-get={path} hx-target="closest li">
      {label}
    </a>
  )
}

/** The frame that a row and the forms in its place share. */
export const MailboxCard: FC<
  PropsWithChildren<{ entry: { id: number }; poll?: boolean; changed?: boolean | undefined }>
> = ({ entry: { id }, poll = false, changed = false, children }) => (
  <li
    id={`mailbox-${id}`}
    class={changed ? 'card changed' : 'card'}
    tabindex={-1}
    hx-get={poll ? `/mailboxes/${id}` : undefined}
    hx-trigger={poll ? 'every 2s' : undefined}
    hx-swap={poll ? 'outerMorph' : undefined}
  >
    {children}
  </li>
)

/** For a link or button: its answer takes the card's place. */
export const swapCard = (path: string) => ({ 'hx-get': path, 'hx-target': 'closest li' })

/** States in which only an administrator can do something. */
const needsHelp: MailboxState['is'][] = ['setUpFailed', 'lockedByAdministrator', 'closed', 'missing']

const badges = {
  active: 'good',
  settingUp: 'busy',
  rekeying: 'busy',
  deleting: 'bad',
  lockedByAdministrator: 'bad',
  setUpFailed: 'bad',
  closed: 'neutral',
  missing: 'neutral',
} as const satisfies Record<MailboxState['is'], string>

export const StateBadge: FC<WithMessages & { state: MailboxState }> = ({ t, state }) => (
  <Badge kind={badges[state.is]}>{t.mailboxes.badges[state.is]}</Badge>
)

const failureOf = (t: Messages, { kind, error }: { kind: 'rekey' | 'delete'; error: TaskError }): string =>
  kind === 'rekey' ? t.mailboxes.changeFailed[error] : t.mailboxes.deletionFailed[error]

export function describe(t: Messages, state: MailboxState): string {
  switch (state.is) {
    case 'rekeying':
      return t.mailboxes.rekeying(state.until)
    case 'deleting':
      return t.mailboxes.deleting(state.at)
    case 'lockedByAdministrator':
      return t.mailboxes.lockedByAdministrator(state.reason)
    case 'setUpFailed':
      return t.mailboxes.setUpFailed[state.error]
    default:
      return t.mailboxes.states[state.is]
  }
}

/** Why an act was refused, in words. */
export function explain(t: Messages, entry: MailboxEntry, why: Hindrance): string {
  const state = describe(t, stateOf(entry, entry.mailRow))
  const { refusals } = t.password
  switch (why) {
    case 'busy':
      return `${refusals.busy} ${state}`
    case 'locked':
    case 'gone':
      return refusals[why]
    case 'unrunnable':
      return t.mailboxes.unrunnable
    case 'unproven':
      return t.locks.unproven
    default:
      return state
  }
}
