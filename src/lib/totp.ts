import { Secret, TOTP } from 'otpauth'

// What every authenticator app can do (RFC 6238 with the defaults of its key URI).
const terms = { algorithm: 'SHA1', digits: 6, period: 30 }
/** A clock may be so many periods of 30 seconds off. */
const drift = 1

/** A new key, in Base32: 160 bits, as RFC 4226 recommends. */
export const newTotpKey = (): string => new Secret({ size: 20 }).base32

/** What the QR picture says to an authenticator app. */
export const totpUri = (key: string, { issuer, label }: { issuer: string; label: string }): string =>
  new TOTP({ ...terms, issuer, label, secret: Secret.fromBase32(key) }).toString()

/** The period that a code is of, at this time or right before or after it; null: the code is wrong. */
export function periodOf(key: string, code: string, atMs: number): number | null {
  const totp = new TOTP({ ...terms, secret: Secret.fromBase32(key) })
  const delta = totp.validate({ token: code, timestamp: atMs, window: drift })
  return delta === null ? null : totp.counter({ timestamp: atMs }) + delta
}
