import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { deriveKeys, newestOf } from './derived-keys.ts'

interface SealedText {
  /** Encrypts the text with AES-256-GCM, bound to what it belongs to: `sealed:1:<nonce, tag and ciphertext>` */
  seal: (text: string, boundTo: string) => string
  /** The text. One from before there were seals is returned as it is. Null when it cannot be opened. */
  open: (stored: string, boundTo: string) => string | null
}

const mark = 'sealed:1:'
const nonceBytes = 12
const tagBytes = 16

/**
 * Seals texts that only this program reads. `secrets`: the first seals, each opens; `purpose` separates kinds of texts.
 */
export function createSealedText(secrets: string[], purpose: string): SealedText {
  const keys = deriveKeys(secrets, purpose)

  return {
    seal(text, boundTo) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', newestOf(keys), nonce).setAAD(Buffer.from(boundTo))
      const sealed = Buffer.concat([cipher.update(text), cipher.final()])
      return mark + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    open(stored, boundTo) {
      if (!stored.startsWith(mark)) return stored
      const bytes = Buffer.from(stored.slice(mark.length), 'base64url')
      const nonce = bytes.subarray(0, nonceBytes)
      const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes)
      if (tag.length < tagBytes) return null

      for (const key of keys) {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
        decipher.setAAD(Buffer.from(boundTo)).setAuthTag(tag)
        try {
          return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString()
        } catch {
          // Sealed with another key, or altered: try the next key.
        }
      }
      return null
    },
  }
}
