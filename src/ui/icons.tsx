import type { FC, PropsWithChildren } from 'hono/jsx'

// Line icons on a 24 × 24 grid, in the colour of the text. They only accompany words, so readers pass over them.
const Icon: FC<PropsWithChildren> = ({ children }) => (
  <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
    {children}
  </svg>
)

export const KeyIcon: FC = () => (
  <Icon>
    <path d="M11 12h10v4 M17 12v3 M11 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0" />
  </Icon>
)
export const TrashIcon: FC = () => (
  <Icon>
    <path d="M4 7h16 M9 7V4h6v3 M6 7l1 13h10l1-13 M10 11v5 M14 11v5" />
  </Icon>
)
export const AliasIcon: FC = () => (
  <Icon>
    <path d="M4 6h6l6 6-6 6H4 M13 6l7 6-7 6" />
  </Icon>
)
export const PlusIcon: FC = () => (
  <Icon>
    <path d="M12 5v14 M5 12h14" />
  </Icon>
)
export const ProgramIcon: FC = () => (
  <Icon>
    <path d="M3 6h18v12H3z M3 7l9 6 9-6" />
  </Icon>
)
