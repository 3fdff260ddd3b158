import { domainToASCII, domainToUnicode } from 'node:url'
import { ADDRESS_CHARACTERS, domainOf } from './addresses.ts'

// HTML's own grammar, which is what browsers let through: RFC 5321's, without quotes and with dots anywhere.
const localPart = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
// What a name in any script is made of; domainToASCII reads more than that, as in a URL.
const domainCharacters = /^[\p{L}\p{M}\p{N}.-]+$/u

/**
 * An e-mail address of an account in the one form in which it is kept and compared: in lower case, the domain as DNS has
 * it. Of local parts only A to Z are changed: toLowerCase() would make a k of the Kelvin sign.
 * @returns null when it is none
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

/** The same for the eye: `hans@bücher.example`. Two such may look alike; what is kept never does. */
export function readableEmail(email: string): string {
  const domain = domainOf(email)
  return email.slice(0, email.length - domain.length) + (domainToUnicode(domain) || domain)
}
