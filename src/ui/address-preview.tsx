import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'

type Props = {
  t: Messages
  address: string
  /** what keeps it from being an address, if anything does */
  fault?: string | null
  verdict?: 'free' | 'taken' | null
}

/** The address as it would be, and whether it can be had: said by a sign, a colour and words. */
export const AddressPreview: FC<Props> = ({ t, address, fault = null, verdict = null }) => {
  if (fault === null && verdict === null) return <strong class="address">{address}</strong>
  const free = fault === null && verdict === 'free'
  return (
    <span class={free ? 'availability good' : 'availability bad'}>
      <span aria-hidden="true">{free ? '✓' : '✗'}</span> <strong class="address">{address}</strong>{' '}
      {fault === null ? verdict && t.addresses[verdict] : `– ${fault}`}
    </span>
  )
}
