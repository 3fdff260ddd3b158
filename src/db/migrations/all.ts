import { firstTables } from './0001-first-tables.ts'
import { longSettings } from './0002-long-settings.ts'
import { anyKeptHash } from './0003-any-kept-hash.ts'
import { provenLocks } from './0004-proven-locks.ts'
import { sealedMailsAndUsedLinks } from './0005-sealed-mails-and-used-links.ts'
import { credentials } from './0006-credentials.ts'
import { seenAppPasswords } from './0007-seen-app-passwords.ts'
import { secondFactors } from './0008-second-factors.ts'
import { accountEvents } from './0009-account-events.ts'
import { passkeys } from './0010-passkeys.ts'
import { askedQueries } from './0011-asked-queries.ts'
import type { Migration } from './migration.ts'

/** Every migration, in order. */
export const migrations: Migration[] = [
  firstTables,
  longSettings,
  anyKeptHash,
  provenLocks,
  sealedMailsAndUsedLinks,
  credentials,
  seenAppPasswords,
  secondFactors,
  accountEvents,
  passkeys,
  askedQueries,
]
