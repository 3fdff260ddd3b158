/**
 * What the web app may ask of the mail host, one row of `colombier_tasks` each. README.md beside this is the manual.
 */

export type TaskKind = 'create' | 'rekey' | 'delete'
export type TaskState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

/**
 * Why a task failed, or why its last attempt did.
 * - `wrong_key_password`: the key does not open with the password that was given as the current one
 * - `wrong_password`: the same, where the key alone could tell that the current password was not right
 * - `no_key`: the key was to prove the current password, and there is none
 * - `deadline`: not carried out in time, rolled back
 * - `mail_host`: doveadm failed, hung, or could not say
 * - `unknown_mailbox`: the mail host has no such user
 * - `seal`: not sealed by the web app for this mailbox, this task and this time; nothing was done
 * - `replayed`: carried out once already; nothing was done
 * - `changed_elsewhere`: another program gave the locked mailbox a hash or recreated it; its row was left as it is
 * - `leftover`: there is a store at the new mailbox's home that this host did not retire; nothing was moved
 * - `rows_kept`: a foreign key or a trigger forbids deleting the mailbox's rows; the mailbox is as it was
 * - `unsafe_home`: the mailbox's folder may not be moved (outside the mail root, a link, shared); nothing was done
 */
export type TaskError =
  | 'wrong_key_password'
  | 'wrong_password'
  | 'no_key'
  | 'deadline'
  | 'mail_host'
  | 'unknown_mailbox'
  | 'seal'
  | 'replayed'
  | 'unsafe_home'
  | 'changed_elsewhere'
  | 'leftover'
  | 'rows_kept'

/**
 * The fields of a task that its seal is bound to. Times as the database prints them: `YYYY-MM-DD hh:mm:ss.ffffff`, UTC.
 */
export interface TaskTerms {
  id: string
  kind: TaskKind
  mailbox: string
  requestedAt: string
  notBefore: string
  deadline: string | null
  newHash: string | null
}

/** What is sealed, by kind. Key passwords, never login passwords: see key-password.ts. */
export interface TaskPayloads {
  create: {
    keyPassword: string
    /** `new start`: the mailbox had another key, and its owner gave up the store that is at its home */
    as?: 'new start' | undefined
  }
  rekey: {
    oldKeyPassword: string
    newKeyPassword: string
    /** `key`: the web app could not check the current password, and only a key that it opens proves it */
    proof?: 'key' | undefined
    /** `code`: a recovery code gave the old key password, and ends with the change */
    by?: 'code' | undefined
  }
  delete: { keyPassword: string }
}
