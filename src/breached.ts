import { ConfigError, type BaseConfig } from './config.ts'
import { describeError, type Log } from './lib/log.ts'
import { askBreachedService, openBreachedFile, type IsBreached } from './lib/password/breached.ts'

/**
 * What is asked about a new password besides the list of common ones: a file, where there is one, and a service, where
 * that is wanted.
 * @throws ConfigError when the file cannot be read
 */
export async function loadBreached({ breached }: BaseConfig, log: Log): Promise<IsBreached> {
  const asked: IsBreached[] = []
  if (breached.file !== null)
    asked.push(
      await openBreachedFile(breached.file).catch((error: unknown) => {
        const { code } = error as { code?: string }
        throw new ConfigError(
          `These settings need attention:\n  BREACHED_PASSWORDS_FILE ${code ? `cannot be read (${code})` : 'must be a sorted list of SHA-1 digests'}`,
        )
      }),
    )
  if (breached.url !== null) {
    log.info({ event: 'breached passwords are asked online', service: new URL(breached.url).host })
    asked.push(
      askBreachedService(breached.url, (error) =>
        log.warn({ event: 'breached passwords not asked', ...describeError(error) }),
      ),
    )
  }

  return async (password) => {
    for (const ask of asked) if (await ask(password)) return true
    return false
  }
}
