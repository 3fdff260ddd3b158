import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import type { BaseConfig, Config } from '../config.ts'
import type { QueueState } from '../db/registrations.ts'
import type { Pool } from '../db/store.ts'
import type { SealKeys } from '../db/tasks.ts'
import type { Language, Messages } from '../i18n/languages.ts'
import type { CredentialKeys } from '../../connector/contract/credentials.ts'
import type { LockKey } from '../../connector/contract/lock-record.ts'
import type { Hashers } from '../lib/hashers.ts'
import type { IsBreached } from '../lib/password/breached.ts'
import type { StrengthMeter } from '../lib/password/strength.ts'
import type { Log } from '../lib/log.ts'
import type { Account } from '../db/accounts.ts'
import type { OwnMailbox } from '../db/mailboxes.ts'

/** What every answer is made with, also before there is a super admin. */
export interface BaseDeps {
  config: BaseConfig
  pool: Pool
  log: Log
  /** how hard a password is to guess, null when there is no time to tell; without it, nothing is said */
  strengthOf?: StrengthMeter['strengthOf']
  /** whether a new password was stolen elsewhere; without it, none was */
  isBreached?: IsBreached
}

/** What the application is made of; a feature takes what it needs of it. */
export interface Deps extends BaseDeps {
  config: Config
  hashers: Omit<Hashers, 'close'>
  /** what tasks for the connector are sealed with */
  sealKeys: SealKeys
  /** proves locks */
  lockKey: LockKey
  /** what app passwords and recovery codes are made with */
  credentialKeys: CredentialKeys
  /** aborted when the server stops, to end what would stay open */
  stopping?: AbortSignal
}

/** What an operator looks for after a break-in. Never holds what was typed; who, from where and when is added. */
interface SecurityEvent {
  act:
    | 'sign-in'
    | 'sign-out'
    | 'session limit'
    | 'account password'
    | 'second factor'
    | 'passkey'
    | 'mailbox password'
    | 'recovery code'
    | 'setup token'
    | 'pairing'
    | 'right'
    | 'limit'
  outcome: 'done' | 'half' | 'refused' | 'blocked'
  /** the account, if it is not the one that is signed in */
  account?: number | undefined
}

export interface AppEnv {
  Bindings: HttpBindings
  Variables: {
    /** names this request in the log and on an error page */
    reference: string
    /** the client's address, and the network that limits count by */
    address: string
    network: string
    /** the last peer that sent a proxy's headers without being a trusted proxy; null if there was none */
    strayProxy: string | null
    /** logs a security event */
    security: (event: SecurityEvent) => void
    language: Language
    t: Messages
    /** who is signed in, read afresh from the database; null: nobody */
    account: Account | null
    /** whose password was given here, who is not signed in all the same, and what is lacking; null: nobody */
    waiting: { account: Account; lacks: 'code' | 'enrolment'; sessionHash: Buffer } | null
    /** the mailboxes that were asked for with the session, see own-mailboxes.ts; null: none were */
    ownMailboxes: OwnMailbox[] | null
    /** the account's password was given in this session within ten minutes */
    isProven: boolean
    /** a second factor was shown in this session */
    isFactorShown: boolean
    /** hash of the session's id, to leave it out when others are ended */
    sessionHash: Buffer | null
    /** the moderation queue's state, read at most once a request; null for those who may not moderate */
    queueState: () => Promise<QueueState | null>
    config: BaseConfig
    isBreached: IsBreached
  }
}

export type AppContext = Context<AppEnv>

/** A feature's own small app. */
export const createRoutes = () => new Hono<AppEnv>()
