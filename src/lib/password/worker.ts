import apacheMd5 from 'apache-md5'
import { hashSync } from 'bcryptjs'
import { shaCrypt } from './sha-crypt.ts'

// It has no default export but itself: its types say otherwise.
const md5Crypt = apacheMd5 as unknown as (password: string, setting: string) => string

export interface CryptTask {
  password: string
  /** `$2b$12$<22 characters>`, `$6$rounds=N$<salt>` or `$1$<salt>$`, as crypt(3) takes it */
  setting: string
}

/** crypt(3) for the schemes that JavaScript computes. For a worker thread: a call blocks for 10 ms to seconds. */
export default function crypt({ password, setting }: CryptTask): string {
  if (setting.startsWith('$2')) return hashSync(password, setting)
  // It takes each character for a byte.
  if (setting.startsWith('$1')) return md5Crypt(Buffer.from(password).toString('latin1'), setting)
  return shaCrypt(password, setting)
}
