import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The README's own statements, which give the web app and the connector their rights in the database, for other names
 * than those in it: so that every test that runs under them tells when they do not suffice.
 */
export function readGrants(names: { database: string; web: string; connector: string; password: string }): string {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
  const [, statements] = /<!-- grants -->\s*```sql\n([\s\S]*?)```/.exec(readme) ?? []
  if (statements === undefined) throw new Error('README.md has no grants')

  return statements
    .replaceAll('`mail`.', `\`${names.database}\`.`)
    .replaceAll('colombier_web@localhost', `${names.web}@'%'`)
    .replaceAll('colombier_connector@localhost', `${names.connector}@'%'`)
    .replaceAll("'…'", `'${names.password}'`)
}
