import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf } from './reason.ts'

/** Folders for files that are being written and for files that could not be read. */
const [halfWritten, unreadable] = ['new', 'unreadable']

/** Replaces a file of the state folder as a whole: after a crash or on a full disk, the old content is still there. */
export async function writeWhole(stateFolder: string, file: string, text: string) {
  const passing = join(stateFolder, halfWritten, randomUUID())
  for (const folder of [passing, file].map(dirname)) await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    await writeFile(passing, text, { mode: 0o600, flag: 'wx', flush: true })
    await rename(passing, file)
  } catch (error) {
    await rm(passing, { force: true }).catch(() => undefined)
    throw error
  }
  const folder = await open(dirname(file))
  await folder.sync().finally(() => folder.close())
}

/** Removes what killed runs left in the folder: files of this ending that are older than so many milliseconds. */
export async function removeOld(folder: string, ending: string, milliseconds: number) {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => null)
    if (name.endsWith(ending) && found && found.mtimeMs < Date.now() - milliseconds) await rm(path, { force: true })
  }
}

/** Removes files that killed runs had begun to write. No write takes a minute. */
export async function sweepNotes(stateFolder: string) {
  await removeOld(join(stateFolder, halfWritten), '', 60_000)
  // Earlier versions wrote next to the file itself.
  await removeOld(join(stateFolder, 'homes'), '.new', 60_000)
}

/** Notes about tasks: a subfolder of the state folder with one file per task, named by the task's id. */
export function createNotes(stateFolder: string, name: string) {
  const folder = join(stateFolder, name)
  // The id comes from the database and becomes a file name.
  const fileOf = (id: string) => {
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('The id of the task is not a UUID')
    return join(folder, id)
  }

  return {
    write: async (id: string, text: string) => writeWhole(stateFolder, fileOf(id), text),

    /** @returns null when there is no note */
    async read(id: string): Promise<string | null> {
      try {
        return await readFile(fileOf(id), 'utf8')
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null
        throw error
      }
    },

    remove: async (id: string) => rm(fileOf(id), { force: true }),

    /** The names of all files in the folder, notes or not. */
    names: (): Promise<string[]> => readdir(folder).catch(() => []),

    /** Moves an unusable file out of the way. */
    async setAside(file: string) {
      const aside = join(stateFolder, unreadable)
      await mkdir(aside, { recursive: true, mode: 0o700 })
      await rename(join(folder, file), join(aside, `${basename(folder)}-${file}`))
    },
  }
}
