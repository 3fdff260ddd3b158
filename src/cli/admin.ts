import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { ConfigError, loadConfig } from '../config.ts'
import { makeSuperAdmin } from '../db/accounts.ts'
import { record } from '../db/audit.ts'
import { checkDatabase, DatabaseNotReady } from '../db/check/at-start.ts'
import { endSessionsOf } from '../db/sessions.ts'
import { removeSetup } from '../db/settings.ts'
import { createDatabasePool, transaction } from '../db/store.ts'
import { emailField, fieldMessage, newPasswordField, ownAddressFault } from '../http/form.ts'
import { en } from '../i18n/en.ts'
import { createHashers } from '../lib/hashers.ts'
import { readPassword } from './read-password.ts'

class Refused extends Error {}

try {
  await makeAdmin()
} catch (error) {
  const expected = error instanceof Refused || error instanceof ConfigError || error instanceof DatabaseNotReady
  if (!expected) throw error
  console.error(error.message)
  process.exitCode = 1
}

/** `npm run admin -- EMAIL`: makes a super admin, or turns an account into an active one, with a new password. */
async function makeAdmin(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true })
  if (positionals.length !== 1) throw new Refused('Usage: npm run admin -- EMAIL   (the password is read, not given)')
  const email = check(emailField(), positionals[0])

  const config = loadConfig(process.env)
  const pool = createDatabasePool(config.database)
  const hashers = createHashers(config.password)
  try {
    await checkDatabase(pool, config.database)
    const password = check(newPasswordField(), await readPassword('Password: '))
    const fault = ownAddressFault(en, password, email)
    if (fault) throw new Refused(fault)
    if (process.stdin.isTTY && (await readPassword('The same again: ')) !== password) {
      throw new Refused(en.fields.passwordsDiffer)
    }

    const passwordHash = await hashers.account.hash(password)
    const created = await transaction(pool, async (db) => {
      const account = await makeSuperAdmin(db, { email, passwordHash, language: null })
      await endSessionsOf(db, account.id)
      await removeSetup(db)
      await record(db, { action: 'account.super_admin_by_command', subject: email })
      return account.created
    })
    console.log(created ? `${email} is a new super admin.` : `${email} is a super admin now, with the new password.`)
  } finally {
    await hashers.close()
    await pool.end()
  }
}

function check<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const checked = v.safeParse(schema, value)
  if (!checked.success) throw new Refused(fieldMessage(en, checked.issues[0].message))
  return checked.output
}
