import type { FC, PropsWithChildren } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { Button } from './button.tsx'
import { Copyable } from './copyable.tsx'

type Props = PropsWithChildren<{
  t: Messages
  /** where a new line is made */
  action: string
  /** shown once, in the answer that made it */
  line: string | null
  /** whether one has done its work already */
  isUsed?: boolean
}>

/** The command for the mail host, what came of it, and the button that shows one. */
export const PairingLine: FC<Props> = ({ t, action, line, isUsed = false, children }) => {
  const isAgain = line !== null || isUsed
  return (
    <>
      {line === null ? (
        <p>{t.pairing.how}</p>
      ) : (
        <>
          <p>{t.pairing.run}</p>
          <p>
            <Copyable t={t} value={`colombier-connector pair '${line}'`} what={t.pairing.run} />
          </p>
          <p class="hint">{t.pairing.once}</p>
        </>
      )}
      {children}
      <form method="post" action={action}>
        <Button kind={isAgain ? 'secondary' : 'primary'}>{isAgain ? t.pairing.renew : t.pairing.show}</Button>
      </form>
    </>
  )
}
