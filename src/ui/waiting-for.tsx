import type { FC, PropsWithChildren } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { Alert } from './alert.tsx'

type Props = PropsWithChildren<{ t: Messages; id: string; path: string }>

/** What the page waits for: it asks for the part of this id until something else stands there. */
export const WaitingFor: FC<Props> = ({ t, id, path, children }) => (
  <div id={id} role="status" hx-get={path} hx-select={`#${id}`} hx-trigger="every 3s">
    <Alert kind="info">
      {children}{' '}
      <a class="scriptless" href={path}>
        {t.errors.afresh}
      </a>
    </Alert>
  </div>
)
