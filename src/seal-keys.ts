import { readFileSync, statSync } from 'node:fs'
import { deriveCredentialKeys, type CredentialKeys } from '../connector/contract/credentials.ts'
import { deriveLockKey, type LockKey } from '../connector/contract/lock-record.ts'
import { ConfigError, type Config } from './config.ts'
import type { SealKeys } from './db/tasks.ts'

/**
 * The web app's private key and the connector's public key, and what both programs derive from them. @throws
 * ConfigError
 */
export function loadSealKeys({ seal }: Pick<Config, 'seal'>): {
  sealKeys: SealKeys
  lockKey: LockKey
  credentialKeys: CredentialKeys
} {
  const file = seal.privateKeyFile
  const found = readKeyFile(file)
  if ('fault' in found) throw new ConfigError(`SEAL_PRIVATE_KEY_FILE: ${file} ${faults[found.fault]}`)

  const sealKeys = { webPrivateKey: found.key, connectorPublicKey: seal.connectorPublicKey }
  const pair = [sealKeys.webPrivateKey, sealKeys.connectorPublicKey] as const
  return { sealKeys, lockKey: deriveLockKey(...pair), credentialKeys: deriveCredentialKeys(...pair) }
}

const faults = {
  missing: 'cannot be read',
  unreadable: 'cannot be read',
  open: 'must be for its owner alone (chmod 600)',
  noKey: 'does not hold a private key',
}
export type KeyFault = keyof typeof faults

/** The private key in the file, or why there is none. */
export function readKeyFile(file: string): { key: string } | { fault: KeyFault } {
  try {
    const { mode } = statSync(file)
    const key = readFileSync(file, 'utf8').trim()
    if ((mode & 0o077) !== 0) return { fault: 'open' }
    return /^[\w-]{43}$/.test(key) ? { key } : { fault: 'noKey' }
  } catch (error) {
    return { fault: (error as { code?: string }).code === 'ENOENT' ? 'missing' : 'unreadable' }
  }
}
