import { writeFile } from 'node:fs/promises'
import { generateSealKeys, sealPublicKey } from '../../../../connector/contract/seal.ts'
import { readKeyFile, type KeyFault } from '../../../seal-keys.ts'

export type WebKey = { publicKey: string } | { fault: KeyFault }

/** The public half of the web app's key, or why there is none. */
export async function findWebKey(file: string): Promise<WebKey> {
  const found = readKeyFile(file)
  if ('fault' in found) return found
  return { publicKey: await sealPublicKey(found.key) }
}

/** Makes the key unless there is one. @returns false where the file cannot be written */
export async function makeWebKey(file: string): Promise<boolean> {
  const { privateKey } = await generateSealKeys()
  try {
    await writeFile(file, `${privateKey}\n`, { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EEXIST'
  }
}
