import { MappingError } from '../../../../connector/mapping/settings.ts'
import { grantStatement, rightsOfConnector } from '../../../db/check/needed-rights.ts'
import { isLoopback } from '../../../../connector/contract/database.ts'
import { quoteValue } from '../../../../connector/contract/env-text.ts'
import type { Environment } from '../../../lib/env-file.ts'
import type { Draft } from '../draft.ts'
import { readMapping } from '../../../db/mail/fitting.ts'
import { keyFileOf, mappingOf } from '../variables.ts'
import { findWebKey } from './web-key.ts'

/** What is copied to the mail host: the connector's `.env`, and the statements that make its database user. */
export interface ForMailHost {
  env: string
  grants: string
}

/** Null as long as a key or the connector's step is missing. */
export async function readForMailHost(draft: Draft, env: Environment, database: string): Promise<ForMailHost | null> {
  const webKey = await findWebKey(keyFileOf(draft, env))
  if (draft.connector === undefined || 'fault' in webKey) return null
  const { mailRoot } = draft.connector
  return {
    grants: connectorGrants(draft.mapping, database),
    env: connectorEnv(env, { mapping: mappingOf(draft, env), webPublicKey: webKey.publicKey, mailRoot }),
  }
}

const user = 'colombier_connector'

// Of the web app's own settings; its user and password are not the connector's.
const ofPlace = ['DATABASE_HOST', 'DATABASE_SOCKET', 'DATABASE_TLS', 'DATABASE_TLS_CA']
const ofDatabase = ['DATABASE_PORT', 'DATABASE_NAME']

/**
 * Where the web app finds its database. Where that is on another machine, it is mostly the mail host itself, which has
 * it at its default place; and a file of the web host is not on the mail host.
 */
function placeOf(env: Environment): string {
  const set = ofPlace.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))
  if (env['DATABASE_SOCKET'] || isLoopback(env['DATABASE_HOST'] || '127.0.0.1')) return lines(set)
  const there = set.map(([name, value]) => [name, name === 'DATABASE_TLS_CA' ? '' : value] as const)
  return `# Where the database is not on the mail host, take away these #; DATABASE_TLS_CA is a file on the mail host:
${lines(there).replace(/^/gm, '#').replace(/#$/, '')}`
}

const lines = (values: (readonly [name: string, value: string])[]): string =>
  values.map(([name, value]) => `${name}=${quoteValue(value) ?? ''}\n`).join('')

/** The connector's `.env`, but for the password of its database user, which Colombier does not know. */
export function connectorEnv(
  env: Environment,
  { mapping, webPublicKey, mailRoot }: { mapping: Record<string, string>; webPublicKey: string; mailRoot: string },
): string {
  const database = ofDatabase.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))
  const values: (readonly [string, string])[] = [
    ...database,
    ['DATABASE_USER', user],
    ['DATABASE_PASSWORD', ''],
    ...Object.entries(mapping),
    ['SEAL_WEB_PUBLIC_KEY', webPublicKey],
    ['MAIL_ROOT', mailRoot],
  ]
  return placeOf(env) + lines(values)
}

/**
 * The statements that make the connector's database user, with the rights that it needs and no others; '' for no
 * mapping.
 */
export function connectorGrants(mapping: Record<string, string> | undefined, database: string): string {
  const read = mapping && readMapping(mapping)
  if (read === undefined || read instanceof MappingError) return ''
  const account = `${user}@localhost`
  const grants = rightsOfConnector(read, database).map((rights) => `${grantStatement(rights, account)}\n`)
  return [`CREATE USER ${account} IDENTIFIED BY '…';\n`, ...grants].join('')
}
