import { sealData, unsealData } from 'iron-session'
import type { PoolConnection } from 'mysql2/promise'
import type { BaseConfig } from '../../config.ts'
import { findSetting, holdSettingForUpdate, setSetting, SETUP_DRAFT } from '../../db/settings.ts'
import { transaction, type Db, type Pool } from '../../db/store.ts'
import type { Language } from '../../i18n/languages.ts'

/** What has been entered so far, by step. */
export interface Draft {
  language?: Language
  admin?: { email: string; passwordHash: string }
  /** variables as they are to stand in the settings, by name; so with the limits and the mail programs */
  mapping?: Record<string, string>
  /** what the mail host asks its tables, as `doctor --mapping` prints it */
  queries?: string
  /** what they say of hashes, which is no part of the mapping */
  hashes?: Record<string, string>
  limits?: Record<string, string>
  /** `untaken`: the mail server has not accepted the last test */
  mail?: { smtpUrl: string; from: string; untaken?: boolean }
  programs?: Record<string, string>
  /** where the web app's private key is */
  keyFile?: string
  /** `name`: of a mail host that fetched its settings itself */
  connector?: { publicKey: string; mailRoot: string; name?: string }
}

type Place = { pool: Pool; config: BaseConfig }

/** In the database, for any number of web processes; sealed, since a password of the mail server may be in it. */
export async function readDraft({ pool, config }: { pool: Db; config: BaseConfig }): Promise<Draft> {
  const sealed = await findSetting(pool, SETUP_DRAFT)
  if (!sealed) return {}
  for (const password of config.sessionSecrets) {
    // With another secret it opens as nothing.
    const draft = await unsealData<Draft>(sealed, { password, ttl: 0 })
    if (Object.keys(draft).length > 0) return draft
  }
  return {}
}

/** Of two steps that are entered at once, both are kept. @returns the draft with what is new in it */
export const keepInDraft = ({ pool, config }: Place, entered: Draft): Promise<Draft> =>
  transaction(pool, (db) => addToDraft(db, config, entered))

/** The same in a transaction that does more. */
export async function addToDraft(db: PoolConnection, config: BaseConfig, entered: Draft): Promise<Draft> {
  const [password = ''] = config.sessionSecrets
  await holdSettingForUpdate(db, SETUP_DRAFT)
  const draft = { ...(await readDraft({ pool: db, config })), ...entered }
  await setSetting(db, SETUP_DRAFT, await sealData(draft, { password, ttl: 0 }))
  return draft
}
