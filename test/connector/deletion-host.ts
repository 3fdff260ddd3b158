import { mkdir, readdir, writeFile } from 'node:fs/promises'
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
