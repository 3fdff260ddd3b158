import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf } from './reason.ts'

/** Where a file stands while it is written, and what could not be read is put, in the state folder. */
const [halfWritten, unreadable] = ['new', 'unreadable']

/** Writes a file of the state folder, which is then there whole or as it was, whatever dies and however full the disk is. */
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

/** Removes what killed runs had begun to write. No write lasts for a minute. */
export async function sweepNotes(stateFolder: string) {
  // Earlier versions wrote beside the file itself.
  for (const [folder, ending] of [
    [halfWritten, ''],
    ['homes', '.new'],
  ] as const) {
    // prettier-ignore
    for (const name of await readdir(join(stateFolder, folder)).catch(() => [])) {
      const path = join(stateFolder, folder, name)
      const found = await stat(path).catch(() => null)
      if (name.endsWith(ending) && found && found.mtimeMs < Date.now() - 60_000) await rm(path, { force: true })
    }
  }
}

/** Notes about tasks: a folder in the state folder, and in it a file a task, named by its id. */
export function createNotes(stateFolder: string, name: string) {
  const folder = join(stateFolder, name)
  // An id comes from the database and becomes a file's name.
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

    /** Whatever stands in the folder. */
    names: (): Promise<string[]> => readdir(folder).catch(() => []),

    /** Puts a file that is no note where it is in nobody's way. */
    async setAside(file: string) {
      const aside = join(stateFolder, unreadable)
      await mkdir(aside, { recursive: true, mode: 0o700 })
      await rename(join(folder, file), join(aside, `${basename(folder)}-${file}`))
    },
  }
}
