import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import type { Strength } from '../../lib/password/strength.ts'
import { Badge } from '../../ui/badge.tsx'

const badges = ['bad', 'bad', 'waiting', 'good', 'good'] as const

export const StrengthBadge: FC<{ t: Messages; strength: Strength }> = ({ t, strength }) => (
  <>
    {t.newPassword.strength} <Badge kind={badges[strength]}>{t.newPassword.strengths[strength]}</Badge>
    <span class={`bar ${badges[strength]} of-${strength + 1}`} aria-hidden="true"></span>
  </>
)
