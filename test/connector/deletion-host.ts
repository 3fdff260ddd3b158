import { createHash } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { open, seal } from '../../connector/contract/seal.ts'
import { cancel } from '../../src/features/deletion/cancel.ts'
import { requestDeletion } from '../../src/features/deletion/request.ts'
import { en } from '../../src/i18n/en.ts'
import type { MailHost } from './mail-host.ts'

/** What an owner does about the deletion of a mailbox, and what is left of one. */
export function deletionsOn(host: MailHost) {
  const { deps, account, lab } = host
  return {
    request: async (address: string, password: string, hours = 0) => {
      const config = { ...deps.config, deletionDelayHours: hours }
      const request = { password, t: en }
      const { done, refused } = await requestDeletion({ ...deps, config }, account, await host.find(address), request)
      return done ?? refused
    },
    cancel: (address: string) => cancel(deps, account, address),

    /** As a creation leaves the mailbox's home that came to nothing: this host knows that it is nobody's. */
    async giveUpHome(address: string) {
      const home = `/srv/mail/example.org/${address.slice(0, address.indexOf('@'))}`
      const folder = `${lab.root}/var/lib/colombier-connector/remains`
      await mkdir(folder, { recursive: true })
      await writeFile(`${folder}/${createHash('sha256').update(home).digest('hex').slice(0, 36)}`, home)
    },

    /** As if the time of its deletion had come, or had gone by for days: sealed anew as the web app would have. */
    async comesDue(address: string, { late = false } = {}) {
      const row = await host.task(address)
      const text = (column: string) => String(row[column])
      const terms = {
        id: text('id'),
        kind: 'delete' as const,
        mailbox: address,
        requestedAt: text('requested_at'),
        notBefore: text('not_before'),
        deadline: text('deadline'),
        newHash: null,
      }
      const { web, connector } = host.keys
      const payload = await open(
        { connectorPrivateKey: connector.privateKey, webPublicKey: web.publicKey },
        terms,
        text('payload'),
      )
      const notBefore = text('requested_at')
      const deadline = late ? notBefore : text('deadline')
      const sealed = await seal(
        { webPrivateKey: web.privateKey, connectorPublicKey: connector.publicKey },
        { ...terms, notBefore, deadline },
        payload,
      )
      await host.query('UPDATE colombier_tasks SET not_before = ?, deadline = ?, payload = ? WHERE id = ?', [notBefore, deadline, sealed, terms.id]) // prettier-ignore
    },

    /** The homes in the domain's folder. */
    homes: (): Promise<string[]> => readdir(`${lab.root}/srv/mail/example.org`).catch(() => []),
    /** The stores in the quarantine, without the notes beside them. */
    quarantined: async (): Promise<string[]> => {
      const names = await readdir(`${lab.root}/srv/mail-quarantine`).catch(() => [])
      return names.filter((name) => !name.endsWith('.json'))
    },

    /** As if this host had seen the database's clock go on for a while. */
    async passSteadyTime() {
      const [row] = await host.query(`SELECT UTC_TIMESTAMP() AS now, UTC_TIMESTAMP() - INTERVAL 2 HOUR AS since`)
      const time = (column: string) => `${String(row?.[column]).replace(' ', 'T')}Z`
      await mkdir(`${lab.root}/var/lib/colombier-connector`, { recursive: true })
      await writeFile(`${lab.root}/var/lib/colombier-connector/clock`, `${time('now')}\n${time('since')}\n`)
    },

    /** Every row that still speaks of the address, by table. */
    async rowsOf(address: string): Promise<string[]> {
      const counts = await host.query(
        `SELECT 'virtual_users' AS place FROM virtual_users WHERE email = ?
         UNION ALL SELECT 'virtual_aliases' FROM virtual_aliases WHERE destination = ? OR source = ?
         UNION ALL SELECT 'colombier_mailboxes' FROM colombier_mailboxes WHERE address = ?`,
        [address, address, address, address],
      )
      return counts.map((row) => String(row['place']))
    },
    addAlias: (source: string, destination: string) =>
      host.query('INSERT INTO virtual_aliases (domain_id, source, destination) VALUES (1, ?, ?)', [
        source,
        destination,
      ]),
  }
}
