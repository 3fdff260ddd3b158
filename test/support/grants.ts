import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The statements of docs/install.md, which give the web app and the connector their rights in the database, for other
 * names than those in it. Every test runs under them, so it fails where they do not suffice.
 */
export function readGrants(names: { database: string; web: string; connector: string; password: string }): string {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/install.md'), 'utf8')
  const [, statements] = /<!-- grants -->\s*```sql\n([\s\S]*?)```/.exec(guide) ?? []
  if (statements === undefined) throw new Error('docs/install.md has no grants')

  return statements
    .replaceAll('`mail`.', `\`${names.database}\`.`)
    .replaceAll('colombier_web@localhost', `${names.web}@'%'`)
    .replaceAll('colombier_connector@localhost', `${names.connector}@'%'`)
    .replaceAll("'…'", `'${names.password}'`)
}
