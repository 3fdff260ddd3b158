import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * What this host has carried out, a file a task, named by its id. The database can be rewritten by others: this is what
 * tells a task that is put back from one that is new. A file stands in `ending` from before its task is ended in the
 * database until what belongs to its end is done too, then in `ended`.
 */
export function createJournal(stateFolder: string) {
  const [ending, ended] = [join(stateFolder, 'ending'), join(stateFolder, 'ended')]
  // An id comes from the database and becomes a file's name.
  const checked = (id: string) => {
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('The id of the task is not a UUID')
    return id
  }
  const write = async (folder: string, id: string, text: string) => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(join(folder, checked(id)), text, { mode: 0o600 })
  }

  return {
    async has(id: string): Promise<boolean> {
      try {
        await access(join(ended, checked(id)))
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
        throw error
      }
    },

    /** To be called before the task is ended in the database. */
    begin: (id: string, mailbox: string): Promise<void> => write(ending, id, mailbox),

    async end(id: string) {
      await write(ended, id, '')
      await rm(join(ending, checked(id)), { force: true })
    },

    /** What has begun to end, by this run or by one that was killed, with its mailbox. */
    async listEnding(): Promise<Map<string, string>> {
      const found = new Map<string, string>()
      for (const id of await readdir(ending).catch(() => [])) {
        const mailbox = await readFile(join(ending, id), 'utf8').catch(() => null)
        if (mailbox !== null) found.set(id, mailbox)
      }
      return found
    },
  }
}

export type Journal = ReturnType<typeof createJournal>
