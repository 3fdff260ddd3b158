import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { takeSecondFactorAway } from '../account/take-away.ts'
import { tellPasswordChanged } from '../account/tell.ts'
import { loadBreached } from '../breached.ts'
import { ConfigError, loadConfig } from '../config.ts'
import { findActiveAccount, findNamedForUpdate, makeSuperAdmin } from '../db/accounts.ts'
import { record } from '../db/audit.ts'
import { checkDatabase, DatabaseNotReady } from '../db/check/at-start.ts'
import { removeLinksOf } from '../db/links.ts'
import { endSessionsOf } from '../db/sessions.ts'
import { removeSetup } from '../db/settings.ts'
import { createDatabasePool, transaction, type Pool } from '../db/store.ts'
import { emailField, fieldMessage, newPasswordField, ownAddressFault } from '../http/form.ts'
import { en } from '../i18n/en.ts'
import { createHashers } from '../lib/hashers.ts'
import { createLog } from '../lib/log.ts'
import { readPassword } from '../../connector/contract/read-password.ts'

class Refused extends Error {}

const usage = `Usage: npm run admin -- EMAIL   (the password is read, not given)
       npm run admin -- --remove-second-factor EMAIL`

try {
  await run()
} catch (error) {
  const expected = error instanceof Refused || error instanceof ConfigError || error instanceof DatabaseNotReady
  if (!expected) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function run(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'remove-second-factor': { type: 'boolean' } },
  })
  if (positionals.length !== 1) throw new Refused(usage)
  const email = check(emailField(), positionals[0])

  const config = loadConfig(process.env)
  const pool = createDatabasePool(config.database)
  try {
    await checkDatabase(pool, config.database)
    const act = values['remove-second-factor'] ? removeSecondFactor : makeAdmin
    console.log(await act(pool, config, email))
  } finally {
    await pool.end()
  }
}

/** Makes a super admin, or turns an account into an active one, with a new password. A second factor stays. */
async function makeAdmin(pool: Pool, config: ReturnType<typeof loadConfig>, email: string): Promise<string> {
  const hashers = createHashers(config.password)
  try {
    const password = check(newPasswordField(), await readPassword('Password: '))
    const fault = ownAddressFault(en, password, email)
    if (fault) throw new Refused(fault)
    const isBreached = await loadBreached(config, createLog())
    if (await isBreached(password)) throw new Refused(en.fields.passwordBreached)
    if (process.stdin.isTTY && (await readPassword('The same again: ')) !== password) {
      throw new Refused(en.fields.passwordsDiffer)
    }

    const passwordHash = await hashers.account.hash(password)
    const created = await transaction(pool, async (db) => {
      const account = await makeSuperAdmin(db, { email, passwordHash, language: null })
      await removeLinksOf(db, account.id)
      await endSessionsOf(db, account.id)
      await removeSetup(db)
      await record(db, { action: 'account.super_admin_by_command', subject: email })
      const owner = account.created ? null : await findNamedForUpdate(db, account.id)
      if (owner) await tellPasswordChanged(db, config, owner, null)
      return account.created
    })
    return created
      ? `${email} is a new super admin.`
      : `${email} is a super admin now, with the new password. A second factor stays as it is.`
  } finally {
    await hashers.close()
  }
}

/** For who has lost it: whoever may run this on the host may do anything, so no super admin is locked out for good. */
async function removeSecondFactor(pool: Pool, config: ReturnType<typeof loadConfig>, email: string): Promise<string> {
  const account = await findActiveAccount(pool, email)
  if (account === null) throw new Refused(`There is no active account ${email}.`)
  const removed = await transaction(pool, (db) => takeSecondFactorAway(db, config, account.id, null))
  if (!removed) throw new Refused(`${email} has no second factor.`)
  return `${email} signs in with the password alone now.`
}

function check<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const checked = v.safeParse(schema, value)
  if (!checked.success) throw new Refused(fieldMessage(en, checked.issues[0].message))
  return checked.output
}
