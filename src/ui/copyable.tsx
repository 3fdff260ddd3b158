import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'

type Props = {
  t: Messages
  value: string
  /** what it is, for who hears the button only */
  what: string
}

/** A text to be put somewhere else: a click selects it, and with scripts a button copies it. */
export const Copyable: FC<Props> = ({ t, value, what }) => (
  <>
    <code class="value">{value}</code>
    <button type="button" class="button quiet scripted" data-copy="" data-copied={t.copying.copied}>
      {t.copying.copy}
      <span class="unseen">{`: ${what}`}</span>
    </button>
  </>
)
