import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { isAddress } from '../../connector/mapping/address-sql.ts'
import { readCollations } from '../../connector/mapping/collations.ts'
import { mappingEntries, toMapping } from '../../connector/mapping/settings.ts'
import { assign } from '../../connector/mapping/pieces.ts'
import { withPreset } from '../../connector/mapping/presets/index.ts'
import { join, sql, write } from '../../connector/mapping/sql.ts'
import { insertAlias } from '../../src/db/mail/aliases.ts'
import { insertMailRow } from '../../src/db/mail/rows.ts'
import { transaction, type Pool } from '../../src/db/store.ts'
import type { Layout } from '../schemas/layouts.ts'

const people = [
  'ada.lovelace',
  'mary.somerville',
  'emmy_noether',
  'sofia-kovalevskaya',
  'lise.meitner',
  'rosalind',
  'jo',
]
const films = ['ida.lupino', 'agnes.varda', 'alice.guy', 'lotte2']
const mebi = 1024 ** 2
const sizes = [256 * mebi, 512 * mebi, 1024 * mebi, null]

export const mappingOf = (layout: Pick<Layout, 'env'>) =>
  toMapping(v.parse(v.object(mappingEntries), withPreset(layout.env)))

/**
 * Mailboxes and aliases as the product itself would have made them since: a dozen in two domains, of several sizes,
 * one of them closed. The hashes match no password.
 */
export async function grow(pool: Pool, layout: Layout): Promise<void> {
  const mapping = mappingOf(layout)
  if (!mapping.actions.includes('create')) return
  await readCollations(pool, mapping)
  await transaction(pool, async (db) => {
    for (const [at, localPart] of [...people, ...films].entries()) {
      const domain = people.includes(localPart) ? 'example.org' : 'example.net'
      const quotaBytes = sizes[at % sizes.length] ?? null
      const hash = mapping.passwordPrefix ? `{BLF-CRYPT}$2y$10$${chars(53)}` : `$6$${chars(16)}$${chars(86)}`
      await insertMailRow(db, mapping, { localPart, domain, hash, quotaBytes, state: mapping.mailbox.open })
    }
    if (mapping.mailbox.locked.length > 0)
      await write(
        db,
        sql`UPDATE ${mapping.mailbox.table} SET ${join(assign(mapping.mailbox.locked))}
            WHERE ${isAddress(mapping.mailbox.address, 'rosalind@example.org')}`,
      )
    if (mapping.alias === null || !mapping.actions.includes('aliases')) return
    for (const [localPart, owner] of [
      ['first.programmer', 'ada.lovelace@example.org'],
      ['the.bank', 'mary.somerville@example.org'],
      ['conference_1918', 'emmy_noether@example.org'],
    ] as const)
      await insertAlias(db, mapping, { localPart, domain: 'example.org', destination: owner })
  })
}

const chars = (length: number): string =>
  randomBytes(length).toString('base64').replaceAll('+', '.').replaceAll('=', '').slice(0, length)
