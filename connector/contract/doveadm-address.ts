/**
 * Whether the address can be given to doveadm, and so its mailbox can be handled by the connector: any that stands for one
 * user alone and for no other place than that user's. `*` and `?` make it a mask, which doveadm takes for many users;
 * `%` begins a variable in Dovecot's settings, and a slash, a backslash or dots alone lead elsewhere where the address
 * becomes a path. An address may begin with a dash: it stands behind `--`, or is the value of an option.
 */
export function isForDoveadm(address: string): boolean {
  const at = address.lastIndexOf('@')
  const [localPart, domain] = [address.slice(0, Math.max(at, 0)), address.slice(at + 1)]
  return (
    /^[^\s\p{C}@*?%/\\"]{1,64}$/u.test(localPart) &&
    !/^\.+$/.test(localPart) &&
    /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}.-]{0,251}[\p{L}\p{M}\p{N}])?$/u.test(domain) &&
    !domain.includes('..')
  )
}
