import { digestOf, unwrap, type WrappedForm } from '../../connector/contract/credentials.ts'
import { findStoredHash } from '../../src/db/mail/rows.ts'
import { makeAppPassword, type WantedAppPassword } from '../../src/features/app-passwords/make.ts'
import { endOf as lastSignsOf } from '../../src/features/recovery/form.ts'
import { makeRecoveryCode, proveCode } from '../../src/features/recovery/make-code.ts'
import { requestRecovery } from '../../src/features/recovery/request.ts'
import { messagesFor } from '../../src/i18n/languages.ts'
import type { MailHost } from './mail-host.ts'

const t = messagesFor('en', 'en')

/** What the connector prints for the lab's Dovecot: the whole, and the block for its configuration. */
export async function printPassdb(host: MailHost, ...more: string[]) {
  const { code, stdout, stderr } = await host.connect({}, ['passdb', "dovecot@'127.0.0.1'", ...more])
  if (code !== 0) throw new Error(`passdb ended with ${code}: ${stderr}`)
  return { printed: stdout, block: stdout.slice(stdout.indexOf('passdb colombier-app-passwords')) }
}

/** Puts the passdb that the connector prints into Dovecot's configuration. @returns what was printed */
export async function addPassdb(host: MailHost, more = ''): Promise<string> {
  const { printed, block } = await printPassdb(host)
  await host.lab.configure({ extraConfig: `${more}${block}` })
  return printed
}

/** An app password, as its owner has it made. @param password the mailbox's */
export async function makeDevice(
  host: MailHost,
  address: string,
  password: string,
  wanted: Partial<WantedAppPassword> = {},
): Promise<string> {
  const protocols: WantedAppPassword['protocols'] = ['imap', 'pop3', 'sending', 'sieve']
  const given = { password, name: 'phone', protocols, lastDay: null, ...wanted }
  const { done, refused } = await makeAppPassword(host.deps, host.account, await host.find(address), given, t)
  if (done === undefined) throw new Error(`refused: ${refused}`)
  return done
}

/** A recovery code in force. @param password the mailbox's */
export async function makeCode(host: MailHost, address: string, password: string): Promise<string> {
  const entry = await host.find(address)
  const { done, refused } = await makeRecoveryCode(host.deps, entry, password)
  if (done === undefined) throw new Error(`refused: ${refused}`)
  const proven = await proveCode(host.deps, host.account, entry, done, { typed: lastSignsOf(done.code), t })
  if (proven.refused) throw new Error(`not proven: ${proven.refused}`)
  return done.code
}

/** Requests a new password with the code, without or with a delay. */
export async function recoverBy(host: MailHost, address: string, code: string, next: string, hours = 0) {
  const deps = { ...host.deps, config: { ...host.deps.config, recoveryDelayHours: hours } }
  const { done, refused } = await requestRecovery(deps, host.account, await host.find(address), { code, next, t })
  return done ?? refused
}

/** Whether the code opens the key password of this password. */
export async function isCodeOf(host: MailHost, address: string, code: string, password: string): Promise<boolean> {
  const [row] = await host.query("SELECT * FROM colombier_credentials WHERE mailbox = ? AND kind = 'recovery'", [
    address,
  ])
  const hash = await findStoredHash(host.pool, host.deps.config.mapping, address)
  if (row === undefined || hash === null) return false
  const digest = digestOf(host.deps.credentialKeys, code)
  const terms = { mailbox: address, kind: 'recovery', protocols: '', lastDay: null } as const
  const opened = unwrap(terms, row as unknown as WrappedForm, digest, hash)
  return opened === host.deps.config.keyPassword.derive(password)
}
