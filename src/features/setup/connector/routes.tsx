import { sealPublicKey } from '../../../../connector/contract/seal.ts'
import { forConnectorOf } from '../../../config.ts'
import { createRoutes, type AppContext } from '../../../http/context.ts'
import { parseForm } from '../../../http/form.ts'
import { isHtmx } from '../../../http/paths.ts'
import { seeOther } from '../../../http/render.tsx'
import { pairingExchange } from '../../../pairing/exchange.ts'
import { issueLine } from '../../../pairing/line.ts'
import { readKeyFile } from '../../../seal-keys.ts'
import type { SetupDeps } from '../context.ts'
import { addToDraft, keepInDraft, readDraft, type Draft } from '../draft.ts'
import { renderStep } from '../render-step.tsx'
import { pathAfter } from '../steps.ts'
import { keyFileOf, mappingOf } from '../variables.ts'
import { readForMailHost } from './connector-env.ts'
import { connectorForm, keyForm, type ConnectorState, type KeyState } from './form.ts'
import { ByHand, ConnectorForm, ConnectorSettings, PairingPart, WebKeyPart } from './views.tsx'
import { findWebKey, makeWebKey } from './web-key.ts'

interface Shown {
  key?: KeyState & { refused?: boolean }
  form?: ConnectorState
  /** the line by which a mail host can be connected now */
  line?: string
  status?: 200 | 422
}

const DEFAULT_MAIL_ROOT = '/var/vmail'

/** The keys by which the two programs know each other, and the connector's settings. */
export function connector(deps: SetupDeps) {
  const { config, pool } = deps

  async function page(c: AppContext, draft: Draft, { key, form, line, status = 200 }: Shown = {}) {
    const t = c.get('t')
    const env = deps.settings.read()
    const keyFile = keyFileOf(draft, env)
    const [webKey, mailHost] = await Promise.all([
      findWebKey(keyFile),
      readForMailHost(draft, env, config.database.name),
    ])
    const typed = form?.typed ?? {
      publicKey: draft.connector?.publicKey ?? env['SEAL_CONNECTOR_PUBLIC_KEY'] ?? '',
      mailRoot: draft.connector?.mailRoot ?? DEFAULT_MAIL_ROOT,
    }
    const isKeyPossible = 'publicKey' in webKey || webKey.fault === 'missing'
    const isByHand = form !== undefined || (draft.connector !== undefined && draft.connector.name === undefined)
    const webKeyPart = <WebKeyPart t={t} webKey={webKey} {...key} typed={{ keyFile, ...key?.typed }} />
    return renderStep(
      c,
      'connector',
      draft,
      <>
        {!('publicKey' in webKey) && webKeyPart}
        {isKeyPossible && (
          <PairingPart t={t} draft={draft} line={line ?? null} isWaiting={line !== undefined || isHtmx(c)} />
        )}
        {isKeyPossible && (
          <ByHand t={t} open={isByHand}>
            {'publicKey' in webKey && webKeyPart}
            <ConnectorForm t={t} errors={form?.errors ?? {}} typed={typed} />
            {mailHost && <ConnectorSettings t={t} {...mailHost} />}
          </ByHand>
        )}
      </>,
      status,
    )
  }

  /** The web app's key, which is made unless it is there; null where it cannot be. */
  async function findOrMakeKey(keyFile: string) {
    const before = await findWebKey(keyFile)
    if ('fault' in before && before.fault === 'missing' && !(await makeWebKey(keyFile))) return null
    return findWebKey(keyFile)
  }

  return createRoutes()
    .get('/', async (c) => page(c, await readDraft(deps)))

    .post('/key', async (c) => {
      const draft = await readDraft(deps)
      const form = await parseForm(c, keyForm)
      if (!form.ok) return page(c, draft, { key: form, status: 422 })

      const { keyFile } = form.value
      const entered = await keepInDraft(deps, { keyFile })
      if (!(await makeWebKey(keyFile))) return page(c, entered, { key: { ...form, refused: true }, status: 422 })
      return seeOther(c, '/setup/connector')
    })

    .post('/line', async (c) => {
      const draft = await readDraft(deps)
      const webKey = await findOrMakeKey(keyFileOf(draft, deps.settings.read()))
      if (webKey === null) return page(c, draft, { key: { refused: true }, status: 422 })
      if (!('publicKey' in webKey) || draft.mapping === undefined) return page(c, draft, { status: 422 })
      return page(c, draft, { line: await issueLine(pool, config, webKey.publicKey) })
    })

    .post('/', async (c) => {
      const draft = await readDraft(deps)
      const form = await parseForm(c, connectorForm)
      if (!form.ok) return page(c, draft, { form, status: 422 })

      const webKey = await findOrMakeKey(keyFileOf(draft, deps.settings.read()))
      if (webKey === null) return page(c, draft, { form, key: { refused: true }, status: 422 })
      if (!('publicKey' in webKey)) return page(c, draft, { form, status: 422 })
      if (webKey.publicKey === form.value.publicKey) {
        const errors = { publicKey: c.get('t').setup.connector.ownKey }
        return page(c, draft, { form: { errors, typed: form.typed }, status: 422 })
      }
      await keepInDraft(deps, { connector: form.value })
      return seeOther(c, pathAfter('connector'))
    })
}

/** The mail host's side of it, which has no token: the line is its right to come. */
export function connectorPairing(deps: SetupDeps) {
  return pairingExchange(deps, {
    async keys() {
      const found = readKeyFile(keyFileOf(await readDraft(deps), deps.settings.read()))
      return 'key' in found ? { privateKey: found.key, publicKey: await sealPublicKey(found.key) } : null
    },
    findRefusal: async () => ((await readDraft(deps)).mapping === undefined ? 'incomplete' : null),
    async accept(db, { publicKey, name, mailRoot }) {
      const connector = { publicKey, name, mailRoot: mailRoot ?? DEFAULT_MAIL_ROOT }
      const draft = await addToDraft(db, deps.config, { connector })
      const env = deps.settings.read()
      return forConnectorOf(env, mappingOf(draft, env))
    },
  })
}
