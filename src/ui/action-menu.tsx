import type { FC, PropsWithChildren } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { nameOf } from './name-of.ts'

/** What can be done with one row of a list, folded away; `of` names the row to whoever does not see it. */
export const ActionMenu: FC<PropsWithChildren<{ t: Messages; of: string }>> = ({ t, of, children }) => (
  <details class="menu" name="menu">
    <summary class="button secondary" aria-label={nameOf(t.accounts.actions, of)}>
      {t.accounts.actions}
    </summary>
    <div class="card">{children}</div>
  </details>
)
