import { sealPublicKey } from '../../../connector/contract/seal.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { requireRole } from '../../http/guards.ts'
import { render } from '../../http/render.tsx'
import { pairingExchange } from '../../pairing/exchange.ts'
import { issueLine } from '../../pairing/line.ts'
import { Pairing } from './views.tsx'

/**
 * For super admins: a mail host that is set up anew, or another one, fetches its settings. Its key is the known one.
 */
export function pairing(deps: Pick<Deps, 'config' | 'pool' | 'sealKeys'>) {
  const { config, pool, sealKeys } = deps
  const privateKey = sealKeys.webPrivateKey
  const keys = async () => ({ privateKey, publicKey: await sealPublicKey(privateKey) })
  const page = (c: AppContext, line: string | null) =>
    render(c, { title: c.get('t').pairing.title, body: <Pairing t={c.get('t')} line={line} /> })

  return createRoutes()
    .get('/pairing', (c) => {
      requireRole(c, 'super_admin')
      return page(c, null)
    })

    .post('/pairing/line', async (c) => {
      requireRole(c, 'super_admin')
      return page(c, await issueLine(pool, config, (await keys()).publicKey))
    })

    .route(
      '/',
      pairingExchange(deps, {
        keys,
        // Tasks are sealed to one key. Another one is a setting to be changed on the web host, not from outside.
        findRefusal: (publicKey) => Promise.resolve(publicKey === sealKeys.connectorPublicKey ? null : 'other'),
        accept: () => Promise.resolve(config.forConnector),
      }),
    )
}
