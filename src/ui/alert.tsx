import type { FC, PropsWithChildren } from 'hono/jsx'

/** A message that concerns a whole form or page; read out when it appears. */
export const Alert: FC<PropsWithChildren<{ kind: 'bad' | 'good' | 'info' }>> = ({ kind, children }) => (
  <p class={`alert ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
    {children}
  </p>
)
