import type { FC } from 'hono/jsx'
import { readableEmail } from '../lib/email.ts'

/** An account's e-mail address: readable, and beside it as it is kept where that differs, since two may look alike. */
export const Email: FC<{ address: string; class?: string }> = ({ address, class: name }) => {
  const readable = readableEmail(address)
  return (
    <>
      <bdi class={name}>{readable}</bdi>
      {readable !== address && <small> ({address})</small>}
    </>
  )
}
