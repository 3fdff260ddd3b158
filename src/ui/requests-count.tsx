import type { FC } from 'hono/jsx'
import { mostCounted } from '../db/registrations.ts'
import type { Messages } from '../i18n/languages.ts'

type Props = {
  t: Messages
  waiting: number
  /** sent after the page, to take the place of the one in the menu */
  update?: boolean
}

/** How many wait to be let in: in the menu, behind the word. */
export const RequestsCount: FC<Props> = ({ t, waiting, update = false }) => (
  <span id="requests-count" class="menu-count" {...(update && { 'hx-swap-oob': 'true' })}>
    {waiting > 0 && (
      <>
        {waiting < mostCounted ? t.format.number(waiting) : `${t.format.number(mostCounted - 1)}+`}
        <span class="unseen"> {t.moderation.countWords(waiting)}</span>
      </>
    )}
  </span>
)
