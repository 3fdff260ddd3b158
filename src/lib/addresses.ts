/**
 * Names that belong to the domain's administration (RFC 2142 and custom): a person who held one could answer for the
 * site, obtain certificates for it, or be taken for its staff.
 */
const reservedNames = new Set(
  `abuse admin administrator anonymous billing ca certificates contact daemon dmarc dns domain dovecot ftp help helpdesk
  hostmaster imap info ispadmin it jabber ldap legal list list-owner listmaster lists localhost mail mailadmin
  mailer-daemon maildaemon majordomo mx news newsletter nobody no-reply no_reply noc noreply null office operator pop pop3
  postmaster press privacy register registration root sales security server smtp spam ssl-admin ssladmin
  ssladministrator sslwebmaster staff support sysadmin system tls-rpt undisclosed-recipients unsubscribe usenet uucp
  vmail webadmin webmaster www`
    .split(/\s+/)
    .filter(Boolean),
)

/** The most that an address may have, `@` included (RFC 3696, erratum 1690); Colombier's columns hold no more. */
export const ADDRESS_CHARACTERS = 254

export type LocalPartFault =
  'empty' | 'too_short' | 'too_long' | 'second_at' | 'separator' | 'characters' | 'dots' | 'reserved'

export interface LocalPartRules {
  /** characters */
  least: number
  separator: string
  /** beside the list that comes with Colombier */
  reservedNames: readonly string[]
}

/**
 * Whether it stands for many addresses: those of a domain (`@domain`, Exim's `*@domain`, no local part at all), or
 * those that a pattern fits (`shop-%@domain`). Such a row is nobody's alias.
 */
export const isPattern = (address: string): boolean => /^(?:@|$)|^[^@]*[*%]/.test(address)

/** The part after the @. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/**
 * The form in which a typed local part is checked and stored: no blanks around it, lower case. Only A to Z are changed:
 * toLowerCase() would make a k of the Kelvin sign.
 */
export const normaliseLocalPart = (typed: string): string =>
  typed.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** Why this normalised text cannot be a local part; null when it can. */
export function findLocalPartFault(localPart: string, rules: LocalPartRules): LocalPartFault | null {
  if (localPart === '') return 'empty'
  if (localPart.includes('@')) return 'second_at'
  if (rules.separator !== '' && localPart.includes(rules.separator)) return 'separator'
  if (!/^[a-z0-9._-]+$/.test(localPart)) return 'characters'
  if (localPart.length < rules.least) return isReserved(localPart, rules) ? 'reserved' : 'too_short'
  if (localPart.length > 64) return 'too_long' // RFC 5321, 4.5.3.1.1
  // A dot at either end or next to another is no dot-atom (RFC 5322); a leading hyphen would be taken for an option.
  if (/^[.-]|\.$|\.\./.test(localPart)) return 'dots'
  return isReserved(localPart, rules) ? 'reserved' : null
}

const isReserved = (localPart: string, rules: LocalPartRules): boolean =>
  reservedNames.has(localPart) || rules.reservedNames.includes(localPart)
