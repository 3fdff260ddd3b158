import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Db } from './store.ts'

interface SettingRow extends RowDataPacket {
  value: string
}

/** The setting's value; null when it was never set. */
export async function findSetting(db: Db, name: string): Promise<string | null> {
  const [[row]] = await db.execute<SettingRow[]>('SELECT value FROM colombier_settings WHERE name = ?', [name])
  return row?.value ?? null
}

export async function setSetting(db: Db, name: string, value: string): Promise<void> {
  await db.execute(
    'INSERT INTO colombier_settings (name, value) VALUES (?, ?) ON DUPLICATE KEY UPDATE value = VALUES(value)',
    [name, value],
  )
}

/** Sets what was not set. @returns whether it did: of two at once, one hears true */
export async function insertSetting(db: Db, name: string, value: string): Promise<boolean> {
  try {
    await db.execute('INSERT INTO colombier_settings (name, value) VALUES (?, ?)', [name, value])
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'ER_DUP_ENTRY') return false
    throw error
  }
}

/** Holds the setting until the transaction ends; one that was never set becomes empty. */
export async function holdSettingForUpdate(db: PoolConnection, name: string): Promise<void> {
  await db.execute("INSERT INTO colombier_settings (name, value) VALUES (?, '') ON DUPLICATE KEY UPDATE name = name", [
    name,
  ])
}

/** Removes the setting if it still has this value. @returns whether it did: of two callers at once, one gets true */
export async function takeSetting(db: Db, name: string, value: string): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'DELETE FROM colombier_settings WHERE name = ? AND value = ?',
    [name, value],
  )
  return affectedRows === 1
}

async function removeSetting(db: Db, name: string): Promise<void> {
  await db.execute('DELETE FROM colombier_settings WHERE name = ?', [name])
}

/** The names under which the setup keeps its one-time token and what was entered so far. */
export const [SETUP_TOKEN, SETUP_DRAFT] = ['setup-token', 'setup-draft']

/** The name under which the end and the digest of the line stand by which a mail host can be connected now. */
export const PAIRING = 'pairing'

/** Ends the setup: nobody can go on with it. */
export async function removeSetup(db: Db): Promise<void> {
  for (const name of [SETUP_TOKEN, SETUP_DRAFT, PAIRING]) await removeSetting(db, name)
}
