import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * What this host has carried out, an empty file a task, named by its id. The database can be rewritten by others:
 * this is what tells a task that is put back from one that is new.
 */
export function createJournal(stateFolder: string) {
  const folder = join(stateFolder, 'ended')
  // An id comes from the database and becomes a file's name.
  const path = (id: string) => {
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('The id of the task is not a UUID')
    return join(folder, id)
  }

  return {
    has: (id: string): Promise<boolean> =>
      access(path(id)).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return false
          throw error
        },
      ),

    async add(id: string) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(path(id), '', { mode: 0o600 })
    },
  }
}

export type Journal = ReturnType<typeof createJournal>
