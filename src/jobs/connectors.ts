import { createHash } from 'node:crypto'
import { listSuperAdmins } from '../db/accounts.ts'
import { readTimeMs } from '../db/clock.ts'
import { areConnectorsSilent, listConnectors, stateOf, type ConnectorEntry } from '../db/connectors.ts'
import { enqueue, type OutboxSecrets } from '../db/outbox.ts'
import { findSetting, insertSetting, setSetting, takeSetting } from '../db/settings.ts'
import { transaction, type Db, type Pool } from '../db/store.ts'
import type { Config } from '../config.ts'
import { messagesFor, type Messages } from '../i18n/languages.ts'
import { version } from '../version.ts'
import { renderMail } from '../mails/render.tsx'

const SILENCE = 'connectors-silent'
const VERSIONS = 'connectors-versions'

/** A name of the host that fits a setting's. */
const silenceOf = (host: string): string =>
  `connector-silent-${createHash('sha256').update(host).digest('hex').slice(0, 16)}`

/** An update takes less, and then nobody need hear of it. */
const VERSIONS_DIFFER_MS = 3_600_000

type MailConfig = Pick<Config, 'language' | 'origin'> & OutboxSecrets

/**
 * Mails the super admins, once for each incident, when no connector reports any more, or one of several, or one has
 * another version than the web app, and once when it reports again. Of several processes the one that writes the
 * setting, or takes it, does so.
 */
export async function watchConnectors(pool: Pool, config: MailConfig): Promise<void> {
  const [silent, connectors] = await Promise.all([areConnectorsSilent(pool), listConnectors(pool)])
  await transaction(pool, async (db) => {
    const changed = silent ? await insertSetting(db, SILENCE, 'told') : await takeSetting(db, SILENCE, 'told')
    if (changed) await tell(db, config, ({ mails }) => (silent ? mails.connectorSilent : mails.connectorBack))
  })
  // Where none reports that was told, and what they are like is as old as their silence.
  if (silent) return

  for (const connector of connectors) await watchOne(pool, config, connector)
  await watchVersions(pool, config, connectors)
}

async function watchOne(pool: Pool, config: MailConfig, connector: ConnectorEntry): Promise<void> {
  const { host } = connector
  const state = stateOf(connector)
  await transaction(pool, async (db) => {
    const changed =
      state === 'silent'
        ? await insertSetting(db, silenceOf(host), 'told')
        : await takeSetting(db, silenceOf(host), 'told')
    if (!changed || state === 'gone') return
    await tell(db, config, ({ mails }) =>
      state === 'silent' ? mails.oneConnectorSilent(host) : mails.oneConnectorBack(host),
    )
  })
}

async function watchVersions(pool: Pool, config: MailConfig, connectors: ConnectorEntry[]): Promise<void> {
  const others = connectors.filter((connector) => stateOf(connector) === 'reports' && connector.version !== version)
  await transaction(pool, async (db) => {
    // Since when, or that it was told.
    const noted = await findSetting(db, VERSIONS)
    if (others.length === 0) {
      if (noted !== null) await takeSetting(db, VERSIONS, noted)
      return
    }
    const now = await readTimeMs(db)
    if (noted === null) await insertSetting(db, VERSIONS, String(now))
    if (noted === null || noted === 'told' || now - Number(noted) < VERSIONS_DIFFER_MS) return
    if (!(await takeSetting(db, VERSIONS, noted))) return

    await setSetting(db, VERSIONS, 'told')
    const named = others.map(({ host, version }) => `${host} (${version})`)
    await tell(db, config, ({ mails, format }) => mails.versionsDiffer(version, format.list(named)))
  })
}

type Content = Messages['mails']['connectorBack']

async function tell(db: Db, config: MailConfig, contentOf: (t: Messages) => Content): Promise<void> {
  for (const { email, language } of await listSuperAdmins(db)) {
    const t = messagesFor(language, config.language)
    const link = { label: t.mails.openTasks, url: `${config.origin}/tasks` }
    await enqueue(db, config, { to: email, ...renderMail(t, { ...contentOf(t), link, reason: 'administrator' }) })
  }
}
