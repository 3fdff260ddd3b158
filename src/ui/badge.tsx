import type { FC, PropsWithChildren } from 'hono/jsx'

type Props = PropsWithChildren<{ kind: 'good' | 'busy' | 'waiting' | 'bad' | 'neutral' }>

/** A state in a word or two. The dot's colour only repeats what the words say. */
export const Badge: FC<Props> = ({ kind, children }) => <span class={`badge ${kind}`}>{children}</span>
