import type { FC, PropsWithChildren } from 'hono/jsx'

// Line icons on a 24 × 24 grid, in the colour of the text. They only accompany words, so readers pass over them.
const Icon: FC<PropsWithChildren> = ({ children }) => (
  <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
    {children}
  </svg>
)

export const PlusIcon: FC = () => (
  <Icon>
    <path d="M12 5v14 M5 12h14" />
  </Icon>
)
