import type { PoolConnection } from 'mysql2/promise'
import type { Config } from '../config.ts'
import { readTimeMs } from '../db/clock.ts'
import { findTotp, replaceBackupCodes, takeBackupCode, useTotpPeriod } from '../db/second-factors.ts'
import type { Session } from '../db/sessions.ts'
import { hasRole, type Role } from '../lib/roles.ts'
import { randomCredential } from '../lib/random-credential.ts'
import { createSealedText } from '../lib/sealed-text.ts'
import { periodOf } from '../lib/totp.ts'

type Settings = Config['secondFactor']

/** Whether the site wants accounts of this role to have a second factor. */
export const isWanted = ({ policy }: Settings, account: { role: Role }): boolean =>
  policy === 'everyone' || (policy === 'admins' && hasRole(account, 'admin'))

/**
 * What a session lacks before anybody is signed in with it; null: nothing. It is judged at each request, by what the
 * account has and the site wants then: there is no state that an older session could have been left in.
 */
export function lacksOf(settings: Settings, session: Session): 'code' | 'enrolment' | null {
  if (session.hasFactor) return session.isFactorShown ? null : 'code'
  return session.isFactorDue && isWanted(settings, session.account) ? 'enrolment' : null
}

/** Seals the keys of authenticator apps: who reads the table, or moves a row to another account, has no use of it. */
export function totpSeal({ sessionSecrets }: Pick<Config, 'sessionSecrets'>) {
  const { seal, open } = createSealedText(sessionSecrets, 'totp')
  return {
    seal: (key: string, accountId: number) => seal(key, `account ${accountId}`),
    // Unlike other texts, there is none from before there were seals.
    open: (sealed: string, accountId: number) =>
      sealed.startsWith('sealed:') ? open(sealed, `account ${accountId}`) : null,
  }
}

const backupCodes = 10

/** Makes new backup codes in place of the account's earlier ones. @returns what is shown once */
export async function makeBackupCodes(db: PoolConnection, accountId: number): Promise<string[]> {
  // 120 random bits each: a plain digest of such a one opens nothing.
  const codes = Array.from({ length: backupCodes }, () => randomCredential(24))
  await replaceBackupCodes(db, accountId, codes.map(asKept))
  return codes
}

/** However a code was copied. */
const asKept = (typed: string): string => typed.replace(/[\s-]/g, '').toLowerCase()

/** Uses up a code of the account's app, or one of its backup codes. Null: it is wrong, or was used before. */
export async function useCode(
  db: PoolConnection,
  config: Pick<Config, 'sessionSecrets'>,
  accountId: number,
  typed: string,
): Promise<'totp' | 'backup_code' | null> {
  const code = asKept(typed)
  if (!/^\d{6}$/.test(code)) return (await takeBackupCode(db, accountId, code)) ? 'backup_code' : null

  const sealed = await findTotp(db, accountId)
  const key = sealed === null ? null : totpSeal(config).open(sealed, accountId)
  if (key === null) return null
  const period = periodOf(key, code, await readTimeMs(db))
  return period !== null && (await useTotpPeriod(db, accountId, period)) ? 'totp' : null
}
