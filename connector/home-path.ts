import { dirname, sep } from 'node:path'

/**
 * The form in which homes are compared, remembered and moved: single slashes, and none at the end. Many userdb queries
 * return `/srv/mail//example.org/ada/` for the same folder.
 */
export const normalHome = (home: string): string => home.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')

/**
 * Whether the home is an absolute path made of characters that occur in addresses. A space, an unexpanded variable or
 * an invalid character suggests that the userdb returned something other than a path.
 */
export const isPlainHome = (home: string): boolean =>
  /^(?:\/[\p{L}\p{M}\p{N}@._+=~&'!#^|`-]+)+$/u.test(home) && !/\/\.\.?(?:\/|$)/.test(home)

/** Whether moving `home` would also move `other`: it is the same folder or lies inside it. */
export const holdsHome = (home: string, other: string): boolean => other === home || other.startsWith(home + sep)

/**
 * Whether the home names its mailbox, as `…/example.org/ada`, `…/example.org/a/ada-2024.01.01` or `…/ada@example.org`
 * do.
 * @param user what Dovecot calls it, which may stand in its place
 */
export function namesMailbox(home: string, mailbox: string, user = mailbox): boolean {
  const [localPart = '', domain = ''] = mailbox.split('@')
  const names = home.split(sep)
  const last = names.at(-1) ?? ''
  const isLocalPart = (name: string) => name === localPart || name.startsWith(`${localPart}-`)
  return last === mailbox || last === user || (isLocalPart(last) && dirname(home).split(sep).includes(domain))
}
