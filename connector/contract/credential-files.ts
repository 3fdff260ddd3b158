import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Settings = Record<string, string | undefined>

/** What may be kept out of the files of settings. */
const secrets = ['DATABASE_PASSWORD', 'SESSION_SECRET', 'SESSION_SECRET_OLD', 'SMTP_URL']

/** Whether what is set is only the name of a credential, which nobody but the unit's process can read. */
export const isCredential = (set: string | undefined): boolean => set?.startsWith('credential:') === true

/**
 * The settings, where those that say `credential:NAME` have the text of the credential of that name, which systemd
 * gives the unit by `LoadCredential=NAME:…` or `LoadCredentialEncrypted=` (systemd.exec(5)).
 * @throws Error naming each setting whose credential is not there, in a line
 */
export function withCredentials<Env extends Settings>(env: Env): Env {
  const wrong: string[] = []
  const read = (setting: string, name: string): string | undefined => {
    const folder = env['CREDENTIALS_DIRECTORY']
    const what = 'names a credential, and systemd gives none of that name: see LoadCredential in systemd.exec(5)'
    try {
      if (folder === undefined || !/^\w[\w.-]*$/.test(name)) throw new Error()
      return readFileSync(join(folder, name), 'utf8').replace(/\r?\n$/, '')
    } catch {
      wrong.push(`${setting} ${what}`)
      return undefined
    }
  }
  const given = secrets.flatMap((setting) => {
    const [, name] = /^credential:(.*)$/s.exec(env[setting] ?? '') ?? []
    return name === undefined ? [] : [[setting, read(setting, name)] as const]
  })
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return given.length === 0 ? env : { ...env, ...Object.fromEntries(given) }
}
