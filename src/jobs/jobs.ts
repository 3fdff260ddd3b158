import type { LockKey } from '../../connector/contract/lock-record.ts'
import { readCollations } from '../../connector/mapping/collations.ts'
import type { Config } from '../config.ts'
import type { Pool } from '../db/store.ts'
import type { SealKeys } from '../db/tasks.ts'
import type { Log } from '../lib/log.ts'
import { createMailer } from '../lib/mailer.ts'
import { watchConnectors } from './connectors.ts'
import { removeExpiredRows } from './expired-rows.ts'
import { rollBackOverdue } from './deadlines.ts'
import { notifyEnded, remindOfDeletions } from './notify.ts'
import { sendOutbox } from './outbox.ts'
import { startRecoveries } from './recoveries.ts'
import { resealSecondFactors } from './second-factors.ts'
import { reconcile } from './reconcile.ts'
import type { Job } from './schedule.ts'

/** The web app's scheduled jobs. Every process runs every job: each may run several times at once. */
export function jobsOf({
  config,
  pool,
  lockKey,
  sealKeys,
  log,
}: {
  config: Config
  pool: Pool
  lockKey: LockKey
  sealKeys: SealKeys
  log: Log
}): Job[] {
  const { smtpUrl, from } = config.mail
  const mailer = smtpUrl === '' ? null : createMailer({ url: smtpUrl, from })

  return [
    {
      name: 'deadlines',
      rule: '*/5 * * * * *',
      run: () => rollBackOverdue(pool, { mapping: config.mapping, lockKey }),
    },
    { name: 'reminders', rule: '0 * * * * *', run: () => remindOfDeletions(pool, config) },
    { name: 'notices', rule: '*/5 * * * * *', run: () => notifyEnded(pool, config, lockKey) },
    { name: 'connectors', rule: '20 * * * * *', run: () => watchConnectors(pool, config) },
    { name: 'recoveries', rule: '*/10 * * * * *', run: () => startRecoveries({ pool, config, sealKeys, lockKey }) },
    { name: 'expired rows', rule: '30 */10 * * * *', run: () => removeExpiredRows(pool) },
    // The mail server's tables may have been altered.
    { name: 'collations', rule: '15 */5 * * * *', run: () => readCollations(pool, config.mapping) },
    { name: 'second factors', rule: '0 20 3 * * *', run: () => resealSecondFactors(pool, config) },
    { name: 'reconcile', rule: '0 10 3 * * *', run: () => reconcile({ pool, mapping: config.mapping, log }) },
    // Without a mail server the mails wait in the outbox.
    ...(mailer
      ? [{ name: 'outbox', rule: '*/5 * * * * *', run: () => sendOutbox({ db: pool, mailer, secrets: config, log }) }]
      : []),
  ]
}
