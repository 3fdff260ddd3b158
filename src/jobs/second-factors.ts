import { totpSeal } from '../account/second-factor.ts'
import type { Config } from '../config.ts'
import { listTotp, resealTotp } from '../db/second-factors.ts'
import type { Pool } from '../db/store.ts'

/**
 * Seals the keys of authenticator apps with the newest secret, so that an older one can be given up. What no secret
 * opens is left as it is: the secret may come back.
 */
export async function resealSecondFactors(
  pool: Pool,
  config: Pick<Config, 'sessionSecrets'>,
  batch = 500,
): Promise<void> {
  const [newest = ''] = config.sessionSecrets
  const present = totpSeal({ sessionSecrets: [newest] })
  const any = totpSeal(config)

  for (let after = 0, more = true; more;) {
    const rows = await listTotp(pool, after, batch)
    for (const { accountId, secret } of rows) {
      after = accountId
      if (present.open(secret, accountId) !== null) continue
      const key = any.open(secret, accountId)
      if (key !== null) await resealTotp(pool, accountId, secret, present.seal(key, accountId))
    }
    more = rows.length === batch
  }
}
