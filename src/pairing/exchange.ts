import type { PoolConnection } from 'mysql2/promise'
import {
  openRequest,
  PAIRING_PATH,
  sealAnswer,
  type Introduction,
  type PairingAnswer,
  type PairingRefusal,
} from '../../connector/contract/pairing.ts'
import { PAIRING, takeSetting } from '../db/settings.ts'
import { transaction } from '../db/store.ts'
import { createRoutes, type BaseDeps } from '../http/context.ts'
import { readForm } from '../http/form.ts'
import { attempt, createBaseLimit, tooMany } from '../http/limits.ts'
import { matchLine } from './line.ts'

export type Introduced = Omit<Introduction, 'secret'> & { publicKey: string }

export interface WebAppSide {
  /** the web app's key pair; null as long as there is none */
  keys(): Promise<{ privateKey: string; publicKey: string } | null>
  /** why this is not to be the connector's key; the line stays good then */
  findRefusal(publicKey: string): Promise<PairingRefusal | null>
  /** in the transaction that uses the line up */
  accept(db: PoolConnection, introduced: Introduced): Promise<PairingAnswer>
}

/** What `colombier-connector pair` asks: whoever has the line gets the settings, and is the connector. */
export function pairingExchange(deps: Pick<BaseDeps, 'config' | 'pool'>, side: WebAppSide) {
  const { config, pool } = deps
  const wrongLines = createBaseLimit(deps, 'pairing')

  async function exchange(posted: unknown): Promise<{ refused: PairingRefusal } | { answer: string }> {
    const keys = await side.keys()
    const opened = keys === null ? null : await openRequest(keys.privateKey, posted)
    if (keys === null || opened === null) return { refused: 'line' }

    const { request, introduced } = opened
    const { secret, ...rest } = introduced
    if ((await matchLine(pool, config, secret)) === null) return { refused: 'line' }
    const refused = request.connector === keys.publicKey ? 'own' : await side.findRefusal(request.connector)
    if (refused !== null) return { refused }

    const given = await transaction(pool, async (db) => {
      const line = await matchLine(db, config, secret)
      // Of two at once one takes it.
      if (line === null || !(await takeSetting(db, PAIRING, line))) return null
      return side.accept(db, { publicKey: request.connector, ...rest })
    })
    return given === null ? { refused: 'line' } : { answer: await sealAnswer(keys.privateKey, request, given) }
  }

  return createRoutes().post(PAIRING_PATH, async (c) => {
    const posted = Object.fromEntries((await readForm(c)).entries())
    const { outcome, waitSeconds } = await attempt(
      [{ limit: wrongLines, key: c.get('network') }],
      () => exchange(posted),
      (outcome) => 'refused' in outcome && outcome.refused === 'line',
    )
    if (waitSeconds !== undefined) return c.text(tooMany(c, waitSeconds), 429)
    if ('refused' in outcome) {
      c.get('security')({ act: 'pairing', outcome: 'refused' })
      return c.text(outcome.refused, 422)
    }
    c.get('security')({ act: 'pairing', outcome: 'done' })
    return c.text(outcome.answer)
  })
}
