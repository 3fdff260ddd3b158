/**
 * Whether doveadm can be given the address, so that the connector can handle its mailbox: it has to name one user, and
 * no path but that user's. `*` and `?` make a mask, which doveadm expands to many users; `%` starts a variable in
 * Dovecot's settings; a slash, a backslash or a name of dots leads elsewhere when the address becomes part of a path. A
 * leading dash is safe: the address follows `--`, or is the value of an option.
 */
export function isForDoveadm(address: string): boolean {
  const at = address.lastIndexOf('@')
  const [localPart, domain] = [address.slice(0, Math.max(at, 0)), address.slice(at + 1)]
  return (
    isNameForDoveadm(localPart) &&
    /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}.-]{0,251}[\p{L}\p{M}\p{N}])?$/u.test(domain) &&
    !domain.includes('..')
  )
}

/** The same for a name that people log in with, which need not be an address. */
export const isUserForDoveadm = (user: string): boolean =>
  user.includes('@') ? isForDoveadm(user) : isNameForDoveadm(user)

const isNameForDoveadm = (name: string): boolean => /^[^\s\p{C}@*?%/\\"]{1,64}$/u.test(name) && !/^\.+$/.test(name)
