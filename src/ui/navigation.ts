import type { Role } from '../db/accounts.ts'
import type { Account } from '../db/sessions.ts'
import { hasRole } from '../http/guards.ts'
import type { Messages } from '../i18n/languages.ts'

interface Entry {
  href: string
  label: keyof Messages['common']
  /** the least role that sees it */
  role: Role
}

const entries: Entry[] = [
  { href: '/mailboxes', label: 'mailboxes', role: 'user' },
  { href: '/registrations', label: 'requests', role: 'admin' },
]

export const navigationOf = (account: Account): Entry[] => entries.filter(({ role }) => hasRole(account, role))
