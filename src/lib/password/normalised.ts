import type { PasswordHasher } from './hasher.ts'

/**
 * A hasher for the passwords of accounts, which do not depend on how a keyboard writes an é: they are hashed in NFC
 * (NIST SP 800-63B). Mailboxes' are not, since Dovecot compares bytes. Hashes from before are of the password as typed,
 * so that is tried as well: a password not in NFC takes twice as long, whether the account exists or not.
 */
export function forAccounts(hasher: PasswordHasher): PasswordHasher {
  const forms = (password: string) => [...new Set([password.normalize('NFC'), password])]

  return {
    ...hasher,
    hash: (password) => hasher.hash(password.normalize('NFC')),
    async verify(stored, password) {
      for (const form of forms(password)) {
        const verdict = await hasher.verify(stored, form)
        if (verdict !== 'mismatch') return verdict
      }
      return 'mismatch'
    },
    async verifyAgainstNothing(password) {
      for (const form of forms(password)) await hasher.verifyAgainstNothing(form)
      return 'mismatch'
    },
  }
}
