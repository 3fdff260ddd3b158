import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Replaces the file atomically: whoever reads it gets the old text or the new one. The old one stays beside it as
 * `.bak`. Owner and group stay; nobody else may read it.
 * @param mostMode the rights that it may have at most; one that was not there is for its owner alone
 * @throws when the process may not do so; the file is then as it was
 */
export async function replaceFile(path: string, text: string, mostMode = 0o640): Promise<void> {
  const file = await realpath(path).catch(() => path)
  const before = await stat(file).catch(() => null)
  if (before) await put(`${file}.bak`, await readFile(file), before, 0o600)
  await put(file, text, before, before ? before.mode & mostMode : 0o600)
}

async function put(file: string, content: string | Buffer, like: Stats | null, mode: number): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    const { uid, gid } = await handle.stat()
    if (like && (like.uid !== uid || like.gid !== gid)) await handle.chown(like.uid, like.gid)
    await handle.chmod(mode)
    await handle.sync()
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  const folder = await open(dirname(file))
  await folder.sync().finally(() => folder.close())
}
