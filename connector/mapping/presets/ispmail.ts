import type { Preset } from './preset.ts'

/**
 * ISPmail of workaround.org. It has no active column, so a mailbox is locked by its password. The quota ends at 2 GiB,
 * unless its column was made BIGINT. Older copies have no quota (`MAILBOX_QUOTA=-`) and room for 106 characters of
 * password: `PASSWORD_PREFIX=false`, and for the web app `PASSWORD_SCHEME=sha512-crypt` with `SHA_CRYPT_ROUNDS=5000`.
 */
export const ispmail: Preset = {
  MAILBOX_OPEN: '-',
  MAILBOX_LOCKED: '-',
}
