import { readFile, rm, writeFile } from 'node:fs/promises'
import { ConfigError } from './config.ts'
import { generateSealKeys, sealPublicKey, type SealKeyPair } from './contract/hpke.ts'
import { codeOf } from './reason.ts'

/** The key in the file, which is made unless it is there. @throws ConfigError */
export async function makeKey(file: string): Promise<SealKeyPair> {
  const { privateKey } = await generateSealKeys()
  try {
    await writeFile(file, `${privateKey}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    // An existing key is kept.
    if (codeOf(error) !== 'EEXIST') {
      // On a full disk an empty file was left, which the next run would take for a key.
      await rm(file, { force: true }).catch(() => undefined)
      throw new ConfigError(`${file} cannot be written (${codeOf(error)})`)
    }
  }
  const kept = (await readFile(file, 'utf8')).trim()
  const publicKey = await sealPublicKey(kept).catch(() => {
    throw new ConfigError(`${file} is there and holds no key`)
  })
  return { privateKey: kept, publicKey }
}
