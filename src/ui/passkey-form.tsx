import type { FC, PropsWithChildren } from 'hono/jsx'
import { assetUrl } from '../http/assets.ts'
import type { Messages } from '../i18n/languages.ts'
import { Button } from './button.tsx'

/** What an answer is called where it is what the form is about. */
export const CREDENTIAL_FIELD = 'credential'

type Props = PropsWithChildren<{
  t: Messages
  /** the name under which the answer is sent */
  field?: string
  /** whether a passkey is made or shown */
  act: 'create' | 'get'
  /** where it is told what to sign, and where the answer goes */
  challenge: string
  action: string
  label: string
  /** also offered where the browser fills in addresses */
  autofill?: boolean
  kind?: 'primary' | 'secondary'
}>

/** Seen only where the browser can do it: everything else works without. */
export const PasskeyForm: FC<Props> = ({
  t,
  field = CREDENTIAL_FIELD,
  act,
  challenge,
  action,
  label,
  autofill,
  kind = 'secondary',
  children,
}) => (
  <>
    <form
      method="post"
      action={action}
      data-passkey={act}
      data-challenge={challenge}
      data-autofill={autofill ? '' : undefined}
    >
      {children}
      <input type="hidden" name={field} data-credential="" />
      <p class="error" role="alert" data-failed={t.passkeys.failed}></p>
      <Button kind={kind}>{label}</Button>
    </form>
    <script type="module" src={assetUrl('passkeys.js')}></script>
  </>
)
