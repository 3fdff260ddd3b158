import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { Button } from './button.tsx'
import { Copyable } from './copyable.tsx'

type Props = {
  t: Messages
  /** where a new line is made */
  action: string
  /** shown once, in the answer that made it */
  line: string | null
}

/** The command for the mail host, or the button that shows it. */
export const PairingLine: FC<Props> = ({ t, action, line }) => (
  <>
    {line !== null && (
      <>
        <p>{t.pairing.run}</p>
        <p>
          <Copyable t={t} value={`colombier-connector pair '${line}'`} what={t.pairing.run} />
        </p>
        <p class="hint">{t.pairing.once}</p>
      </>
    )}
    <form method="post" action={action}>
      <Button kind={line === null ? 'primary' : 'secondary'}>{line === null ? t.pairing.show : t.pairing.renew}</Button>
    </form>
  </>
)
