import type { Connection } from 'mysql2/promise'
import type { Say } from './finding.ts'
import { isUserForDoveadm } from './contract/doveadm-address.ts'
import { MailHostError, type Doveadm } from './doveadm.ts'
import { addressInLowerCase, asText } from './mapping/address-sql.ts'
import { passwordIn } from './mapping/elsewhere.ts'
import type { Mapping } from './mapping/mapping.ts'
import { andWhere, isInState } from './mapping/pieces.ts'
import { ask, sql, type Sql } from './mapping/sql.ts'

const MiB = 1024 * 1024

/** What a process of Dovecot's has beside the memory of the hash that it checks. */
const ofItsOwn = 64 * MiB

/** What the web app's new hashes take by default. */
const usualHash = 64 * MiB

/** Whether Dovecot's processes may have the memory that hashes take: where they may not, every log-in fails. */
export async function checkHashMemory(
  say: Say,
  db: Connection,
  { mailbox }: Mapping,
  memory: { service: string; bytes: number | null }[],
) {
  const most = async (hash: Sql, from: Sql) => {
    const [row] = await ask<{ kib: number | string | null }>(
      db,
      sql`SELECT MAX(CAST(SUBSTRING_INDEX(SUBSTRING_INDEX(hash, '$m=', -1), ',', 1) AS UNSIGNED)) AS kib
          FROM (SELECT ${asText(hash)} AS hash FROM ${from}) AS hashes WHERE hash LIKE '%$argon2%$m=%'`,
    )
    return Number(row?.kib ?? 0) * 1024
  }
  const stored = await most(passwordIn(mailbox), sql`${mailbox.table} WHERE 1 = 1${andWhere(mailbox.where)}`)
  const coming = await most(sql`new_hash`, sql`colombier_tasks WHERE state IN ('queued', 'running')`)
  const bytes = Math.max(stored, coming) || usualHash
  const inMiB = (size: number) => String(Math.ceil(size / MiB))

  const tooSmall = memory.filter((process) => process.bytes !== null && process.bytes < bytes + ofItsOwn)
  for (const { service, bytes: limit } of tooSmall)
    say(
      'fail',
      `a hash takes ${inMiB(bytes)} MiB of memory and Dovecot’s ${service} may have ${inMiB(limit ?? 0)}: log-ins fail`,
      `service ${service} { vsz_limit = ${inMiB(bytes + 2 * ofItsOwn)}M }, or a lower ARGON2_MEMORY_KIB in the web app`,
    )
  if (tooSmall.length === 0) say('ok', `Dovecot has the memory for hashes that take ${inMiB(bytes)} MiB`)
}

/**
 * Whether Dovecot finds open mailboxes that are there: as who logs in, and as where mail goes. One that it finds is
 * enough, since the mail server may have its own reasons for another.
 */
export async function checkKnown(
  say: Say,
  db: Connection,
  { mailbox }: Mapping,
  doveadm: Doveadm,
  { requiresAppPasswords }: { requiresAppPasswords: boolean },
) {
  const { login } = mailbox
  const rows = await ask<{ user: string | null }>(
    db,
    sql`SELECT ${login ? asText(login) : addressInLowerCase(mailbox.address)} AS user FROM ${mailbox.table}
        WHERE ${isInState(mailbox.open)}${andWhere(mailbox.where)} LIMIT 50`,
  )
  const some = rows
    .map((row) => row.user ?? '')
    .filter(isUserForDoveadm)
    .slice(0, 5)
  if (some.length === 0) return
  const finds = async (isFound: (user: string) => Promise<boolean>) => {
    for (const user of some) if (await isFound(user)) return true
    return false
  }
  const remedy = 'look at its query and its log: it may have other tables than the mapping'
  try {
    // The passdb that requires app passwords finds nobody without one.
    if (!requiresAppPasswords) {
      if (await finds((user) => doveadm.canFindLogin(user, 'imap')))
        say('ok', 'Dovecot’s passdb finds a mailbox that is there')
      else say('warn', 'Dovecot’s passdb finds no mailbox that is there: nobody logs in', remedy)
    }
    if (await finds((user) => doveadm.canDeliver(user, 'lmtp')))
      say('ok', 'Dovecot’s userdb finds a mailbox that is there')
    else say('fail', 'Dovecot’s userdb finds no mailbox that is there: no task succeeds, and no mail comes', remedy)
  } catch (error) {
    if (!(error instanceof MailHostError)) throw error
    say('warn', `Dovecot cannot be asked for a mailbox that is there: ${error.message}`, 'see whether it runs')
  }
}
