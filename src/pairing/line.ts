import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { pairingLine } from '../../connector/contract/pairing.ts'
import type { BaseConfig } from '../config.ts'
import { readTimeMs } from '../db/clock.ts'
import { findSetting, PAIRING, setSetting } from '../db/settings.ts'
import type { Db } from '../db/store.ts'
import { deriveKeys, newestOf } from '../lib/derived-keys.ts'

type Secrets = Pick<BaseConfig, 'sessionSecrets'>

const LIFE_MS = 10 * 60_000

/**
 * Keyed, and of the end too, so that somebody who can only write to the database can neither put a line of their own
 * there nor make one last.
 */
const digest = ({ sessionSecrets }: Secrets, secret: string, endsAt: string): string =>
  createHmac('sha256', newestOf(deriveKeys(sessionSecrets, 'pairing')))
    .update(`${endsAt} ${secret}`)
    .digest('hex')

/** A new line, in place of any earlier one: good once, for ten minutes by the database's clock. */
export async function issueLine(
  db: Db,
  config: Secrets & Pick<BaseConfig, 'origin'>,
  webPublicKey: string,
): Promise<string> {
  const secret = randomBytes(16).toString('base64url')
  const endsAt = String((await readTimeMs(db)) + LIFE_MS)
  await setSetting(db, PAIRING, `${endsAt} ${digest(config, secret, endsAt)}`)
  return pairingLine(config.origin, secret, webPublicKey)
}

/** What is stored of the line, if this is its secret and it is not over; else null. */
export async function matchLine(db: Db, config: Secrets, secret: string): Promise<string | null> {
  const stored = await findSetting(db, PAIRING)
  if (stored === null) return null
  const [endsAt = '', kept = ''] = stored.split(' ')
  const [given, expected] = [Buffer.from(digest(config, secret, endsAt)), Buffer.from(kept)]
  const isRight = given.length === expected.length && timingSafeEqual(given, expected)
  return isRight && Number(endsAt) > (await readTimeMs(db)) ? stored : null
}
