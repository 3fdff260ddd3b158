import { dirname, sep } from 'node:path'

/**
 * A home as it is compared, remembered and moved: one slash between names and none at the end. Many userdb queries give
 * `/srv/mail//example.org/ada/`, and mean the same folder.
 */
export const normalHome = (home: string): string => home.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')

/**
 * Whether it is an absolute path of the characters that addresses have. A blank, a variable that was not expanded or a
 * character that is not UTF-8 tells of a userdb that says something else than a path.
 */
export const isPlainHome = (home: string): boolean =>
  /^(?:\/[\p{L}\p{M}\p{N}@._+=~&'!#^|`-]+)+$/u.test(home) && !/\/\.\.?(?:\/|$)/.test(home)

/** Whether moving the first home would move the other one too: it is the same, or lies in it. */
export const holdsHome = (home: string, other: string): boolean => other === home || other.startsWith(home + sep)

/** Whether the path of a home names its mailbox, as `…/example.org/ada`, `…/a/d/ada-2024.01.01` and `…/ada@example.org` do. */
export function namesMailbox(home: string, mailbox: string): boolean {
  const [localPart = '', domain = ''] = mailbox.split('@')
  const names = home.split(sep)
  const last = names.at(-1) ?? ''
  const isLocalPart = (name: string) => name === localPart || name.startsWith(`${localPart}-`)
  return last === mailbox || (isLocalPart(last) && dirname(home).split(sep).includes(domain))
}
