import type { Connection } from 'mysql2/promise'
import type { ConnectorConfig } from './config.ts'
import type { Say } from './finding.ts'
import { MailHostError } from './doveadm.ts'
import { isForDoveadm } from './contract/doveadm-address.ts'
import { addressInLowerCase, addressText } from './mapping/address-sql.ts'
import { isForMany, leadsTo } from './mapping/destinations.ts'
import type { Assignment, Mapping } from './mapping/mapping.ts'
import { andWhere, isInState } from './mapping/pieces.ts'
import { ask, sql } from './mapping/sql.ts'
import { createPostfix, type Postfix } from './postfix.ts'

/**
 * Whether Postfix suits the lock: by what its lists of recipients ask, and by two mailboxes, an open and an inactive
 * one.
 */
export async function checkPostfix(say: Say, db: Connection, { mapping, postfix: settings }: ConnectorConfig) {
  const byColumn = mapping.lock === 'active'
  if (settings.mode === 'off') {
    say('ok', 'POSTFIX=off: no Postfix is asked')
    return
  }
  const postfix = createPostfix(settings)
  try {
    const queries = await postfix.listQueries()
    if (queries === null) {
      const what = 'there is no Postfix on this host'
      if (!byColumn) say('ok', `${what}, and LOCK=password needs none`)
      else {
        const remedy = 'LOCK=password; or POSTFIX=off where no Postfix, here or elsewhere, looks at the active column'
        say('warn', `${what} to tell whether it takes mail for an inactive mailbox: locks are by password`, remedy)
      }
      return
    }
    for (const { setting, text } of queries)
      if (text === null) say('warn', `a file of ${setting} cannot be read`, 'let the connector read it')

    const taken = await takesMailOf(postfix, db, mapping, mapping.mailbox.open)
    if (taken === false) {
      const remedy = 'send it a mail: if it bounces, look at virtual_mailbox_maps'
      say('warn', 'Postfix does not know a mailbox that is there', remedy)
    } else if (taken === null) {
      const remedy = 'look at virtual_mailbox_domains, and at POSTFIX_CONFIG'
      say(byColumn ? 'warn' : 'ok', 'Postfix takes in no mail for the domain of a mailbox that is there', remedy)
    } else if (taken) say('ok', 'Postfix takes mail for a mailbox that is there')

    if (mapping.actions.includes('delete')) await checkAliases(say, db, mapping, postfix)

    const [asking] = queries.filter(({ text }) => looksAtState(mapping, text))
    const bounces = taken === true && (await takesMailOf(postfix, db, mapping, mapping.mailbox.locked)) === false
    sayOfLock(say, mapping, asking ? `Postfix’s ${asking.setting} looks` : bounces ? 'Postfix looks' : null)
  } catch (error) {
    if (!(error instanceof MailHostError)) throw error
    const remedy =
      'look at POSTFIX_CONFIG, and run postconf -n, and postmap -q with an address and a list of recipients'
    say(byColumn ? 'fail' : 'warn', `Postfix cannot be asked (${error.message})`, remedy)
  }
}

/** Whether Postfix finds an alias that is there. Some may be switched off: one that it finds is enough. */
async function checkAliases(say: Say, db: Connection, { alias }: Mapping, postfix: Postfix) {
  if (alias === null) return
  const rows = await ask<{ address: string | null; destination: string | null }>(
    db,
    sql`SELECT ${addressInLowerCase(alias.address)} AS address, ${addressText(alias.destination)} AS destination
        FROM ${alias.table} WHERE 1 = 1${andWhere(alias.where)} LIMIT 50`,
  )
  // A part of the address, or all of it, may be missing: some servers' catch-alls have no local part.
  const some = rows
    .flatMap(({ address, destination }) => (address && destination ? [{ address, destination }] : []))
    .filter(({ address }) => !isForMany(address) && isForDoveadm(address))
    .slice(0, 10)
  for (const { address, destination } of some) {
    const found = (await postfix.resolve(address)) ?? []
    if (found.some((entry) => leadsTo(alias.list, destination, entry))) {
      say('ok', 'Postfix follows an alias that is there')
      return
    }
  }
  if (some.length > 0)
    say('warn', 'Postfix follows none of the aliases that are there', 'look at virtual_alias_maps, and at ALIAS_TABLE')
}

function sayOfLock(say: Say, { mailbox, lock }: Mapping, who: string | null) {
  if (mailbox.locked.length === 0) return
  if (who === null) say('ok', 'Postfix does not look at the active column')
  else {
    const what = `${who} at the active column: mail for an inactive mailbox bounces`
    if (lock === 'active') say('fail', what, 'LOCK=password here and in the web app')
    else say('ok', `${what}, and LOCK=password does not touch it`)
  }
}

/** Whether a question is about the mailboxes and names a column that says which of them are open. */
function looksAtState({ mailbox }: Mapping, question: string | null): boolean {
  const names = (name: string) =>
    question !== null && new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`, 'i').test(question)
  const columns = [...mailbox.open, ...mailbox.locked].map(({ column }) => column.path[0] ?? '')
  return names(mailbox.table.path.at(-1) ?? '') && columns.some(names)
}

export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&')

/** What Postfix says of a mailbox whose columns are these; undefined where there is none. */
async function takesMailOf(postfix: Postfix, db: Connection, { mailbox }: Mapping, state: Assignment[]) {
  const [row] = await ask<{ address: string | null }>(
    db,
    sql`SELECT ${addressInLowerCase(mailbox.address)} AS address FROM ${mailbox.table}
        WHERE ${isInState(state)}${andWhere(mailbox.where)} LIMIT 1`,
  )
  return row?.address ? postfix.takesMail(row.address) : undefined
}
