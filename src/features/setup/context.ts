import type { BaseDeps } from '../../http/context.ts'
import type { SettingsSource } from '../../lib/env-file.ts'
import type { PasswordHasher } from '../../lib/password/hasher.ts'

/** What the setup is made of. */
export interface SetupDeps extends BaseDeps {
  hasher: PasswordHasher
  settings: SettingsSource
  /** Puts the application in the setup's place. @throws ConfigError, DatabaseNotReady when it cannot start */
  startApplication(): Promise<void>
}
