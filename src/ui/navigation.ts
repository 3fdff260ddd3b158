import type { Messages } from '../i18n/languages.ts'
import { type Role, hasRole } from '../lib/roles.ts'
import type { Account } from '../db/accounts.ts'

interface Entry {
  href: string
  label: keyof Messages['common']
  /** the least role that sees it */
  role: Role
}

const entries: Entry[] = [
  { href: '/mailboxes', label: 'mailboxes', role: 'user' },
  { href: '/registrations', label: 'requests', role: 'admin' },
  { href: '/domains', label: 'domains', role: 'admin' },
  { href: '/accounts', label: 'accounts', role: 'super_admin' },
  { href: '/audit', label: 'history', role: 'admin' },
  { href: '/tasks', label: 'tasks', role: 'super_admin' },
  { href: '/profile', label: 'profile', role: 'user' },
]

export const navigationOf = (account: Account): Entry[] => entries.filter(({ role }) => hasRole(account, role))
