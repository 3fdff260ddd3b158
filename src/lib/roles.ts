export type Role = 'user' | 'admin' | 'super_admin'

/** Which role has more rights than which. */
export const ranks: Record<Role, number> = { user: 0, admin: 1, super_admin: 2 }

/** Whether the role is this one or a higher one. */
export const hasRole = (account: { role: Role }, role: Role): boolean => ranks[account.role] >= ranks[role]
