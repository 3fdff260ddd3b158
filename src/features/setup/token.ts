import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { hasActiveSuperAdmin } from '../../db/accounts.ts'
import { findSetting, removeSetting, setSetting } from '../../db/settings.ts'
import type { Db } from '../../db/store.ts'

export const SETUP_TOKEN = 'setup-token'

const digest = (token: string): string => createHash('sha256').update(token).digest('hex')

/** A new one-time token, in place of any earlier one; null once there is a super admin, who needs none. */
export async function issueSetupToken(db: Db): Promise<string | null> {
  if (await hasActiveSuperAdmin(db)) {
    await removeSetting(db, SETUP_TOKEN)
    return null
  }
  const token = randomBytes(16).toString('base64url')
  await setSetting(db, SETUP_TOKEN, digest(token))
  return token
}

/** The stored digest, if this is the token that it was made of; else null. */
export async function matchSetupToken(db: Db, token: string): Promise<string | null> {
  const stored = await findSetting(db, SETUP_TOKEN)
  if (stored === null) return null
  const given = Buffer.from(digest(token))
  return stored.length === given.length && timingSafeEqual(Buffer.from(stored), given) ? stored : null
}
