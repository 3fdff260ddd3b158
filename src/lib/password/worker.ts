import { hashSync } from 'bcryptjs'
import { shaCrypt } from './sha-crypt.ts'

export interface CryptTask {
  password: string
  /** `$2b$12$<22 characters>` or `$6$rounds=N$<salt>`, as crypt(3) takes it */
  setting: string
}

/** crypt(3) for the schemes that JavaScript computes. For a worker thread: a call blocks for 10 ms to seconds. */
export default function crypt({ password, setting }: CryptTask): string {
  return setting.startsWith('$2') ? hashSync(password, setting) : shaCrypt(password, setting)
}
