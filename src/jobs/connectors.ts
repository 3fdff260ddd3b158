import { listSuperAdmins } from '../db/accounts.ts'
import { areConnectorsSilent } from '../db/connectors.ts'
import { enqueue, type OutboxSecrets } from '../db/outbox.ts'
import { insertSetting, takeSetting } from '../db/settings.ts'
import { transaction, type Pool } from '../db/store.ts'
import type { Config } from '../config.ts'
import { messagesFor } from '../i18n/languages.ts'
import { renderMail } from '../mails/render.tsx'

const SILENCE = 'connectors-silent'

/**
 * Mails the super admins once when no connector reports any more, and once when one is back. Of several processes the
 * one that writes the setting, or takes it, does so.
 */
export async function watchConnectors(
  pool: Pool,
  config: Pick<Config, 'language' | 'origin'> & OutboxSecrets,
): Promise<void> {
  const silent = await areConnectorsSilent(pool)
  await transaction(pool, async (db) => {
    const changed = silent ? await insertSetting(db, SILENCE, 'told') : await takeSetting(db, SILENCE, 'told')
    if (!changed) return

    for (const { email, language } of await listSuperAdmins(db)) {
      const t = messagesFor(language, config.language)
      const content = silent ? t.mails.connectorSilent : t.mails.connectorBack
      const link = { label: t.mails.openTasks, url: `${config.origin}/tasks` }
      await enqueue(db, config, { to: email, ...renderMail(t, { ...content, link, reason: 'administrator' }) })
    }
  })
}
