import { quoteValue } from '../../../lib/env-text.ts'
import type { Environment } from '../../../lib/env-file.ts'

// Of the web app's own settings; its user and password are not the connector's.
const ofDatabase = [
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_SOCKET',
  'DATABASE_NAME',
  'DATABASE_TLS',
  'DATABASE_TLS_CA',
]

/** The connector's `.env`, but for the password of its database user, which Colombier does not know. */
export function connectorEnv(
  env: Environment,
  { mapping, webPublicKey, mailRoot }: { mapping: Record<string, string>; webPublicKey: string; mailRoot: string },
): string {
  const database = ofDatabase.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))
  const values: (readonly [string, string])[] = [
    ...database,
    ['DATABASE_USER', 'colombier_connector'],
    ['DATABASE_PASSWORD', ''],
    ...Object.entries(mapping),
    ['SEAL_WEB_PUBLIC_KEY', webPublicKey],
    ['MAIL_ROOT', mailRoot],
  ]
  return values.map(([name, value]) => `${name}=${quoteValue(value) ?? ''}\n`).join('')
}
