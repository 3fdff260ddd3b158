import { defaultOf, mappingSetIn } from '../../config.ts'
import type { Environment } from '../../lib/env-file.ts'
import type { Draft } from './draft.ts'
import { withoutPassword } from './mail/smtp-url.ts'
import { presetOf, valuesOf, VARIABLES } from './mapping/fields.ts'

export const keyFileOf = (draft: Draft, env: Environment): string =>
  draft.keyFile ?? (env['SEAL_PRIVATE_KEY_FILE'] || '/etc/colombier/web.key')

/** The mapping's variables as they were entered; before that, as they are set. */
export const mappingOf = ({ mapping }: Draft, env: Environment): Record<string, string> => mapping ?? mappingSetIn(env)

/** The same, and what was set and is not any more: a line that stays in the settings must not say something else. */
function writtenMapping(draft: Draft, env: Environment): Record<string, string> {
  const entered = mappingOf(draft, env)
  const unset = valuesOf(presetOf(entered['MAIL_SCHEMA']), entered)
  const old = VARIABLES.filter((name) => env[name] !== undefined)
  return { ...Object.fromEntries(old.map((name) => [name, unset[name]])), ...entered }
}

/** What is set goes before. Without `{SCHEME}` in new hashes, old ones that do not show theirs cannot be told. */
function hashesOf({ hashes = {}, mapping }: Draft, env: Environment): Record<string, string> {
  const isBare = mapping?.['PASSWORD_PREFIX'] === 'false'
  const isWanted = (name: string) => env[name] === undefined && !(isBare && name === 'PASSWORD_DEFAULT_SCHEME')
  return Object.fromEntries(Object.entries(hashes).filter(([name]) => isWanted(name)))
}

/** The settings that a whole draft stands for. */
export const variablesOf = (draft: Draft, env: Environment): Record<string, string> => ({
  APP_LANGUAGE: draft.language ?? defaultOf('APP_LANGUAGE'),
  ...writtenMapping(draft, env),
  ...hashesOf(draft, env),
  ...draft.limits,
  ...draft.programs,
  SEAL_PRIVATE_KEY_FILE: keyFileOf(draft, env),
  SEAL_CONNECTOR_PUBLIC_KEY: draft.connector?.publicKey ?? '',
  SMTP_URL: draft.mail?.smtpUrl ?? '',
  MAIL_FROM: draft.mail?.from ?? '',
})

/** The same, as they may be shown: without the password of the mail server. */
export const shownVariables = (variables: Record<string, string>): Record<string, string> => ({
  ...variables,
  SMTP_URL: withoutPassword(variables['SMTP_URL'] ?? ''),
})
