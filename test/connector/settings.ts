import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateSealKeys } from '../../connector/contract/seal.ts'
import type { TestApp } from '../support/app.ts'

/** The settings of the site's connector on a host without Dovecot. Writes its key into the folder. */
export async function connectorSettings(site: TestApp, folder: string) {
  const keyFile = join(folder, 'connector.key')
  await writeFile(keyFile, site.connectorKeys.privateKey, { mode: 0o600 })
  return {
    ...site.database.env,
    DATABASE_USER: `connector_${site.database.name}`,
    SEAL_PRIVATE_KEY_FILE: keyFile,
    SEAL_WEB_PUBLIC_KEY: (await generateSealKeys()).publicKey,
    DOVEADM: '/bin/false',
    STATE_FOLDER: join(folder, 'state'),
    RUN_FOLDER: join(folder, 'run'),
    MAIL_ROOT: folder,
  }
}
