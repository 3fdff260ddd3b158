import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { BaseConfig } from '../../config.ts'
import { hasActiveSuperAdmin } from '../../db/accounts.ts'
import { findSetting, removeSetup, SETUP_TOKEN, setSetting } from '../../db/settings.ts'
import type { Db } from '../../db/store.ts'
import { deriveKeys, newestOf } from '../../lib/derived-keys.ts'

type Secrets = Pick<BaseConfig, 'sessionSecrets'>

/** Keyed, so that somebody who can only write to the database cannot put a token of their own there. */
const digest = ({ sessionSecrets }: Secrets, token: string): string =>
  createHmac('sha256', newestOf(deriveKeys(sessionSecrets, 'setup token')))
    .update(token)
    .digest('hex')

/** A new one-time token, in place of any earlier one; null once there is a super admin, who needs none. */
export async function issueSetupToken(db: Db, secrets: Secrets): Promise<string | null> {
  if (await hasActiveSuperAdmin(db)) {
    await removeSetup(db)
    return null
  }
  const token = randomBytes(16).toString('base64url')
  await setSetting(db, SETUP_TOKEN, digest(secrets, token))
  return token
}

/** The stored digest, if this is the token that it was made of; else null. */
export async function matchSetupToken(db: Db, secrets: Secrets, token: string): Promise<string | null> {
  const stored = await findSetting(db, SETUP_TOKEN)
  if (stored === null) return null
  const given = Buffer.from(digest(secrets, token))
  return stored.length === given.length && timingSafeEqual(Buffer.from(stored), given) ? stored : null
}
