import { readFileSync, statSync } from 'node:fs'
import { ConfigError, type Config } from './config.ts'
import type { SealKeys } from './db/tasks.ts'

/** The web app's private key and the connector's public key. @throws ConfigError */
export function loadSealKeys({ seal }: Config): SealKeys {
  const file = seal.privateKeyFile
  let mode: number
  let key: string
  try {
    mode = statSync(file).mode
    key = readFileSync(file, 'utf8').trim()
  } catch {
    throw new ConfigError(`SEAL_PRIVATE_KEY_FILE: ${file} cannot be read`)
  }
  if ((mode & 0o077) !== 0)
    throw new ConfigError(`SEAL_PRIVATE_KEY_FILE: ${file} must be for its owner alone (chmod 600)`)
  if (!/^[\w-]{43}$/.test(key)) throw new ConfigError(`SEAL_PRIVATE_KEY_FILE: ${file} does not hold a private key`)

  return { webPrivateKey: key, connectorPublicKey: seal.connectorPublicKey }
}
