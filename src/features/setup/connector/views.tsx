import type { FC, PropsWithChildren } from 'hono/jsx'
import type { Messages } from '../../../i18n/languages.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Button } from '../../../ui/button.tsx'
import { Field, firstWrong, TextField } from '../../../ui/field.tsx'
import { PairingLine } from '../../../ui/pairing-line.tsx'
import { WaitingFor } from '../../../ui/waiting-for.tsx'
import type { Draft } from '../draft.ts'
import { isDone, pathAfter, pathOf } from '../steps.ts'
import type { ConnectorState, KeyState } from './form.ts'
import type { WebKey } from './web-key.ts'

type KeyProps = KeyState & { t: Messages; webKey: WebKey; refused?: boolean }

/** The web app's own key: its public half, or the way to one. */
export const WebKeyPart: FC<KeyProps> = ({ t, webKey, errors = {}, typed = {}, refused = false }) => {
  const file = typed.keyFile ?? ''
  if ('publicKey' in webKey) {
    return (
      <>
        <h2>{t.setup.connector.webKey}</h2>
        <p>
          <code>{webKey.publicKey}</code>
        </p>
        <p class="hint">{t.setup.connector.webKeyIn(file)}</p>
      </>
    )
  }
  return (
    <>
      <h2>{t.setup.connector.webKey}</h2>
      {webKey.fault !== 'missing' && <Alert kind="bad">{t.setup.connector.faults[webKey.fault](file)}</Alert>}
      {refused && (
        <>
          <Alert kind="bad">{t.setup.connector.keyRefused(file)}</Alert>
          <pre tabindex={0}>{`node connector/dist/main.js keygen ${file}\nchown colombier: ${file}`}</pre>
        </>
      )}
      <form method="post" action="/setup/connector/key">
        <Field
          name="keyFile"
          type="text"
          label={t.setup.connector.keyFile}
          hint={t.setup.connector.keyFileHint}
          value={file}
          error={errors.keyFile}
          autofocus={firstWrong(errors) === 'keyFile'}
          autocapitalize="none"
          spellcheck={false}
          required
        />
        <Button kind="secondary">{t.setup.connector.makeKey}</Button>
      </form>
    </>
  )
}

type PairingProps = { t: Messages; draft: Draft; line: string | null; isWaiting: boolean }

/** The way that needs nothing to be copied but one line. */
export const PairingPart: FC<PairingProps> = ({ t, draft, line, isWaiting }) => (
  <>
    <h2>{t.pairing.title}</h2>
    {isDone(draft, 'mapping') ? (
      <PairingLine t={t} action="/setup/connector/line" line={line} isUsed={draft.connector?.name !== undefined}>
        <Paired t={t} name={draft.connector?.name ?? null} isWaiting={isWaiting} />
      </PairingLine>
    ) : (
      <p>
        {t.pairing.tablesFirst} <a href={pathOf('mapping')}>{t.setup.steps.mapping}</a>
      </p>
    )}
  </>
)

type PairedProps = { t: Messages; name: string | null; isWaiting: boolean }

/** Asks for itself until the mail host has come. */
const Paired: FC<PairedProps> = ({ t, name, isWaiting }) => {
  if (name !== null) {
    return (
      <div id="paired" role="status">
        <Alert kind="good">{t.pairing.done(name)}</Alert>
        <p>
          <a class="button primary" href={pathAfter('connector')}>
            {t.setup.next}
          </a>
        </p>
      </div>
    )
  }
  return isWaiting ? (
    <WaitingFor t={t} id="paired" path="/setup/connector">
      {t.pairing.waiting}
    </WaitingFor>
  ) : null
}

/** For a mail host from which no way leads here. */
export const ByHand: FC<PropsWithChildren<{ t: Messages; open: boolean }>> = ({ t, open, children }) => (
  <details open={open}>
    <summary>
      <h2>{t.pairing.byHand}</h2>
    </summary>
    {children}
  </details>
)

export const ConnectorForm: FC<ConnectorState & { t: Messages }> = ({ t, errors = {}, typed = {} }) => (
  <>
    <h2>{t.setup.connector.itsKey}</h2>
    <p>{t.setup.connector.keygen}</p>
    <pre tabindex={0}>node dist/main.js keygen /etc/colombier/connector.key</pre>
    <form method="post" action="/setup/connector">
      <Field
        name="publicKey"
        type="text"
        label={t.setup.connector.publicKey}
        hint={t.setup.connector.publicKeyHint}
        value={typed.publicKey}
        error={errors.publicKey}
        autofocus={firstWrong(errors) === 'publicKey'}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        required
      />
      <Field
        name="mailRoot"
        type="text"
        label={t.setup.connector.mailRoot}
        hint={t.setup.connector.mailRootHint}
        value={typed.mailRoot}
        error={errors.mailRoot}
        autofocus={firstWrong(errors) === 'mailRoot'}
        autocapitalize="none"
        spellcheck={false}
        required
      />
      <Button>{t.setup.connector.submit}</Button>
    </form>
  </>
)

export const ConnectorSettings: FC<{ t: Messages; env: string; grants: string }> = ({ t, env, grants }) => (
  <>
    <h2>{t.setup.connector.env}</h2>
    <TextField
      name="env"
      label={t.setup.connector.envLabel}
      hint={t.setup.connector.envHint}
      value={env}
      rows={env.split('\n').length}
      readonly
      spellcheck={false}
    />
    {grants !== '' && (
      <TextField
        name="grants"
        label={t.setup.connector.grants}
        hint={t.setup.connector.grantsHint}
        value={grants}
        rows={grants.split('\n').length}
        readonly
        spellcheck={false}
      />
    )}
  </>
)
