import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'

type Props = {
  t: Messages
  address: string
  /** what keeps it from being an address, if anything does */
  fault?: string | null
  verdict?: 'free' | 'taken' | null
}

/** The address as it would be, and whether it can be had. */
export const AddressPreview: FC<Props> = ({ t, address, fault, verdict }) => {
  const remark = fault ?? (verdict && t.addresses[verdict])
  return (
    <>
      {t.addresses.preview} <strong class="address">{address}</strong>
      {remark && <span class="hint"> {remark}</span>}
    </>
  )
}
