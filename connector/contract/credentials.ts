import {
  createCipheriv,
  createDecipheriv,
  createHash,
  diffieHellman,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { privateKeyOf, publicKeyOf } from './x25519.ts'

/**
 * Credentials: app passwords and recovery codes, each of which opens the mailbox's key password. A row of
 * `colombier_credentials` has it wrapped, and README.md beside this says for whom. What Dovecot has to open is made of
 * functions that MariaDB and MySQL have in common; the rest never leaves the two programs.
 */
export type CredentialKind = 'app' | 'recovery'

/** What mail programs may log in with on a mail host: no app password, one too, or nothing else. */
export type AppPasswords = 'off' | 'offered' | 'required'

/** What a row says of itself, all of which its proof is bound to. */
export interface CredentialTerms {
  /** the address, in lower case */
  mailbox: string
  kind: CredentialKind
  /** Dovecot's names, with commas between them; none for a recovery code */
  protocols: string
  /** `YYYY-MM-DD`, UTC; null: it has none */
  lastDay: string | null
}

/** What the row keeps of the credential and of the key password. */
export interface WrappedForm {
  /** finds the row, and stays the same when the credential is wrapped anew */
  lookup: Buffer
  salt: Buffer
  /** the key password, for who has the credential */
  wrapped: Buffer
  /** the credential's digest, for a program that has the key password */
  sealed: Buffer
  proof: Buffer
}

/** The keys that both programs have and the database has not. */
export interface CredentialKeys {
  /** 64 hex digits, which the mail host's configuration has too: without it nobody can make a row that logs in */
  login: string
  /** under which, with the key password, a credential's digest is sealed */
  seal: Buffer
}

const version = 'v1'
const [saltBytes, nonceBytes, tagBytes] = [16, 12, 16]

/**
 * Derives them from X25519 of one side's private key and the other's public key, through HKDF-SHA256.
 * @param privateKey one's own, base64url
 * @param publicKey the other side's, base64url
 */
export function deriveCredentialKeys(privateKey: string, publicKey: string): CredentialKeys {
  const shared = diffieHellman({ privateKey: privateKeyOf(privateKey), publicKey: publicKeyOf(publicKey) })
  const derive = (use: string) =>
    Buffer.from(hkdfSync('sha256', shared, '', `colombier/credential/${use}/${version}`, 32))
  return { login: derive('login').toString('hex'), seal: derive('seal') }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase()

/** What everything in a row is keyed by: Dovecot's `%{password | sha512(salt="…") | hexlify}`. */
export const digestOf = ({ login }: CredentialKeys, secret: string): string =>
  createHash('sha512').update(login).update(secret).digest('hex')

/** What a row is found by, among those of its mailbox. */
export const lookupOf = (digest: string): Buffer => Buffer.from(sha256(`lookup${digest}`).slice(0, 32), 'hex')

const wrappingKey = (digest: string, salt: Buffer): Buffer =>
  Buffer.from(sha256(`wrap${hex(salt)}${digest}`).slice(0, 32), 'hex')

function prove(
  digest: string,
  terms: CredentialTerms,
  { salt, wrapped }: WrappedForm,
  loginHash: string | null,
): Buffer {
  const { mailbox, kind, protocols, lastDay } = terms
  const said = [
    kind,
    protocols,
    lastDay ?? '',
    hex(salt),
    hex(wrapped),
    loginHash === null ? '' : sha256(loginHash),
    mailbox,
  ].join('|')
  return Buffer.from(sha256(`proof${digest}${sha256(`proof${digest}${said}`)}`), 'hex')
}

/** What a credential is wrapped for: once another password is in force, the row no longer opens. */
export interface InForce {
  keyPassword: string
  /**
   * what stands in the mail server's row, or would if no lock held its place; null for a mailbox that the mail server
   * does not have, which the doctor tries Dovecot with
   */
  loginHash: string | null
}

/** Wraps the key password under a credential. */
export function wrap(
  keys: CredentialKeys,
  terms: CredentialTerms,
  digest: string,
  { keyPassword, loginHash }: InForce,
): WrappedForm {
  const salt = randomBytes(saltBytes)
  const cipher = createCipheriv('aes-128-ecb', wrappingKey(digest, salt), null)
  const form = {
    lookup: lookupOf(digest),
    salt,
    wrapped: Buffer.concat([cipher.update(keyPassword, 'utf8'), cipher.final()]),
    sealed: sealDigest(keys, terms, digest, salt, keyPassword),
    proof: Buffer.alloc(0),
  }
  return { ...form, proof: prove(digest, terms, form, loginHash) }
}

/** The key password; null where the row is not this credential's, was altered, or is of another time than the hash. */
export function unwrap(terms: CredentialTerms, form: WrappedForm, digest: string, loginHash: string): string | null {
  const right = prove(digest, terms, form, loginHash)
  if (form.proof.length !== right.length || !timingSafeEqual(form.proof, right)) return null
  const decipher = createDecipheriv('aes-128-ecb', wrappingKey(digest, form.salt), null)
  return Buffer.concat([decipher.update(form.wrapped), decipher.final()]).toString('utf8')
}

/**
 * Both must be known to open it. The key alone would give every mailbox to whoever has a copy of it and of the
 * database; the key password alone would let whoever has the database try a million passwords a second.
 */
const sealingKey = ({ seal }: CredentialKeys, salt: Buffer, keyPassword: string): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.concat([seal, Buffer.from(keyPassword)]), salt, `colombier/credential/${version}`, 32)) // prettier-ignore

const associatedData = ({ mailbox, kind }: CredentialTerms, lookup: Buffer): Buffer =>
  Buffer.from(JSON.stringify([version, mailbox, kind, lookup.toString('hex')]))

function sealDigest(
  keys: CredentialKeys,
  terms: CredentialTerms,
  digest: string,
  salt: Buffer,
  keyPassword: string,
): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(keys, salt, keyPassword), nonce)
  cipher.setAAD(associatedData(terms, lookupOf(digest)))
  const sealed = Buffer.concat([cipher.update(digest, 'hex'), cipher.final()])
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()])
}

/** The credential's digest, to wrap another key password under it; null where this one does not open the seal. */
export function openDigest(
  keys: CredentialKeys,
  terms: CredentialTerms,
  { lookup, salt, sealed }: WrappedForm,
  keyPassword: string,
): string | null {
  if (sealed.length <= nonceBytes + tagBytes) return null
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(keys, salt, keyPassword), sealed.subarray(0, nonceBytes))
  decipher.setAAD(associatedData(terms, lookup))
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  try {
    const digest = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()])
    return digest.toString('hex')
  } catch {
    return null
  }
}
