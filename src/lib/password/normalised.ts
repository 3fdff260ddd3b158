import type { PasswordHasher } from './hasher.ts'

/**
 * A hasher for the passwords of accounts, which are the same whichever way a keyboard writes an é: they are hashed in
 * NFC (NIST SP 800-63B). Those of mailboxes are not: Dovecot compares bytes. A hash from before is of what was typed, so
 * that is tried too; whoever types what is not in NFC waits twice as long, whether there is such an account or not.
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
