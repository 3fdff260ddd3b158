import { domainToASCII, domainToUnicode } from 'node:url'
import { ADDRESS_CHARACTERS, domainOf } from './addresses.ts'

// HTML's grammar for type=email, which browsers enforce: RFC 5321 without quoted strings, and with dots anywhere.
const localPart = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
// The characters of a domain name in any script. domainToASCII would accept more, as in a URL.
const domainCharacters = /^[\p{L}\p{M}\p{N}.-]+$/u

/**
 * Brings an e-mail address of an account into the form in which it is kept and compared: in lower case, the domain as
 * in DNS. In the local part only A to Z are changed: toLowerCase() would turn the Kelvin sign into a k.
 * @returns null when it is not an address
 */
export function normaliseEmail(typed: string): string | null {
  const text = typed.trim()
  const local = text.slice(0, Math.max(0, text.lastIndexOf('@'))).replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const written = domainOf(text)
  const domain = domainCharacters.test(written) ? domainToASCII(written) : ''
  const labels = domain.split('.')
  const isDomain = labels.length > 1 && labels.every((one) => label.test(one)) && !/^\d+$/.test(labels.at(-1) ?? '')
  const email = `${local}@${domain}`
  return localPart.test(local) && isDomain && email.length <= ADDRESS_CHARACTERS ? email : null
}

/** For display: `hans@bücher.example`. Two of these may look alike; the kept forms never do. */
export function readableEmail(email: string): string {
  if (!email.includes('xn--')) return email
  const domain = domainOf(email)
  return email.slice(0, email.length - domain.length) + (domainToUnicode(domain) || domain)
}

/** What somebody typed to search or sign in: as addresses are kept, or in lower case if it is not a full address. */
export const asKept = (typed: string): string => normaliseEmail(typed) ?? typed.trim().toLowerCase()
