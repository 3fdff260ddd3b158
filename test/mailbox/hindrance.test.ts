import { describe, expect, test } from 'vitest'
import type { TaskKind } from '../../connector/contract/tasks.ts'
import type { TaskView } from '../../src/db/tasks.ts'
import { hindranceOf, type Act, type Judged } from '../../src/mailbox/hindrance.ts'
import { stateOf, type MailboxState } from '../../src/mailbox/state.ts'

const open = (kind: TaskKind, state: 'queued' | 'running' = 'queued'): TaskView => ({
  kind,
  state,
  error: null,
  requestedAt: '2026-01-01 00:00:00.000000',
  notBefore: '2026-01-03 00:00:00.000000',
  deadline: null,
})
const ended = (kind: TaskKind, state: 'done' | 'failed' | 'cancelled'): TaskView => ({
  ...open(kind),
  state,
  error: state === 'failed' ? 'mail_host' : null,
})

interface Row {
  what: string
  locks?: Judged['locks']
  task?: Judged['task']
  /** the mail server's row; null: none */
  mailRow?: { open: boolean } | null
  state: MailboxState['is']
  /** in the order of `acts` */
  hindrances: (string | null)[]
}

const acts: Act[] = ['password', 'deletion', 'aliases', 'setUpAgain']

const rows: Row[] = [
  { what: 'with no task', state: 'active', hindrances: [null, null, null, 'ready'] },
  { what: 'set up', task: ended('create', 'done'), state: 'active', hindrances: [null, null, null, 'ready'] },
  {
    what: 'being set up',
    locks: ['setup'],
    task: open('create'),
    state: 'settingUp',
    hindrances: ['busy', 'busy', null, 'busy'],
  },
  {
    what: 'whose setting up failed',
    locks: ['setup'],
    task: ended('create', 'failed'),
    state: 'setUpFailed',
    hindrances: ['unready', null, null, null],
  },
  {
    what: 'whose key is being re-encrypted',
    locks: ['task'],
    task: open('rekey', 'running'),
    state: 'rekeying',
    hindrances: ['busy', 'busy', null, 'ready'],
  },
  {
    what: 'whose change of password failed',
    task: ended('rekey', 'failed'),
    state: 'active',
    hindrances: [null, null, null, 'ready'],
  },
  {
    what: 'to be deleted',
    locks: ['task'],
    task: open('delete'),
    state: 'deleting',
    hindrances: ['deleting', 'deleting', 'deleting', 'ready'],
  },
  {
    what: 'never set up and to be deleted',
    locks: ['setup', 'task'],
    task: open('delete'),
    state: 'deleting',
    hindrances: ['deleting', 'deleting', 'deleting', 'busy'],
  },
  {
    what: 'whose deletion was cancelled',
    task: ended('delete', 'cancelled'),
    state: 'active',
    hindrances: [null, null, null, 'ready'],
  },
  {
    what: 'locked by an administrator',
    locks: ['administrator'],
    state: 'lockedByAdministrator',
    hindrances: ['locked', 'locked', 'locked', 'ready'],
  },
  {
    what: 'locked by an administrator while its key is re-encrypted',
    locks: ['task', 'administrator'],
    task: open('rekey'),
    state: 'rekeying',
    hindrances: ['busy', 'busy', 'locked', 'ready'],
  },
  {
    what: 'never set up and locked by an administrator',
    locks: ['setup', 'administrator'],
    task: ended('create', 'failed'),
    state: 'setUpFailed',
    hindrances: ['locked', 'locked', 'locked', null],
  },
  {
    what: 'closed on the mail server by somebody else',
    mailRow: { open: false },
    state: 'closed',
    hindrances: ['closed', null, null, 'ready'],
  },
  {
    what: 'that the mail server has lost',
    mailRow: null,
    state: 'missing',
    hindrances: ['gone', 'gone', null, 'ready'],
  },
]

describe('what may be done with a mailbox', () => {
  test.each(rows)('$what: $state', ({ locks = [], task = null, mailRow = { open: true }, state, hindrances }) => {
    const waiting = {
      isHeldUp: false,
      recoveryDueAt: null,
      hasRecoveryCode: false,
      hasAppPasswords: false,
      seenAppPasswords: 'off' as const,
      mayStartAnew: false,
    }
    const mailbox = { id: 1, address: 'ada@example.org', locks, lockReason: null, task, ...waiting }
    const row = mailRow && { address: 'ada@example.org', quota: null, usedBytes: null, ...mailRow }
    expect(stateOf(mailbox, row).is).toBe(state)
    expect(acts.map((act) => hindranceOf(act, { ...mailbox, mailRow: row }))).toEqual(hindrances)
  })

  test('where the mail server’s row was not read, nothing is said of it', () => {
    expect(hindranceOf('password', { address: 'ada@example.org', locks: [], task: null })).toBeNull()
  })

  test('what doveadm cannot be told is refused before anything is locked', () => {
    const mailbox = { address: 'ada%x@example.org', locks: [], task: null, mailRow: { open: true } }
    expect(acts.map((act) => hindranceOf(act, mailbox))).toEqual(['unrunnable', 'unrunnable', null, 'ready'])
  })
})
