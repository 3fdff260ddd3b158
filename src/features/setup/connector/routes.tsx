import { createRoutes, type AppContext } from '../../../http/context.ts'
import { parseForm } from '../../../http/form.ts'
import { seeOther } from '../../../http/render.tsx'
import type { SetupDeps } from '../context.ts'
import { keepInDraft, readDraft, type Draft } from '../draft.ts'
import { renderStep } from '../render-step.tsx'
import { pathAfter } from '../steps.ts'
import { keyFileOf } from '../variables.ts'
import { readForMailHost } from './connector-env.ts'
import { connectorForm, keyForm, type ConnectorState, type KeyState } from './form.ts'
import { ConnectorForm, ConnectorSettings, WebKeyPart } from './views.tsx'
import { findWebKey, makeWebKey } from './web-key.ts'

interface Shown {
  key?: KeyState & { refused?: boolean }
  form?: ConnectorState
  status?: 200 | 422
}

/** The keys by which the two programs know each other, and the connector's settings. */
export function connector(deps: SetupDeps) {
  async function page(c: AppContext, draft: Draft, { key, form, status = 200 }: Shown = {}) {
    const { t } = c.var
    const env = deps.settings.read()
    const keyFile = keyFileOf(draft, env)
    const [webKey, mailHost] = await Promise.all([
      findWebKey(keyFile),
      readForMailHost(draft, env, deps.config.database.name),
    ])
    const typed = form?.typed ?? {
      publicKey: draft.connector?.publicKey ?? env['SEAL_CONNECTOR_PUBLIC_KEY'] ?? '',
      mailRoot: draft.connector?.mailRoot ?? '/var/vmail',
    }
    return renderStep(
      c,
      'connector',
      draft,
      <>
        <WebKeyPart t={t} webKey={webKey} {...key} typed={{ keyFile, ...key?.typed }} />
        {('publicKey' in webKey || webKey.fault === 'missing') && (
          <ConnectorForm t={t} errors={form?.errors ?? {}} typed={typed} />
        )}
        {mailHost && <ConnectorSettings t={t} {...mailHost} />}
      </>,
      status,
    )
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

    .post('/', async (c) => {
      const draft = await readDraft(deps)
      const form = await parseForm(c, connectorForm)
      if (!form.ok) return page(c, draft, { form, status: 422 })

      const keyFile = keyFileOf(draft, deps.settings.read())
      const before = await findWebKey(keyFile)
      if ('fault' in before && before.fault === 'missing' && !(await makeWebKey(keyFile)))
        return page(c, draft, { form, key: { refused: true }, status: 422 })
      const webKey = await findWebKey(keyFile)
      if ('fault' in webKey) return page(c, draft, { form, status: 422 })
      if (webKey.publicKey === form.value.publicKey) {
        const errors = { publicKey: c.var.t.setup.connector.ownKey }
        return page(c, draft, { form: { errors, typed: form.typed }, status: 422 })
      }
      await keepInDraft(deps, { connector: form.value })
      return seeOther(c, pathAfter('connector'))
    })
}
