import type { Log } from './log.ts'
import { createNotes } from './notes.ts'

/**
 * What this host has carried out, a note a task. The database can be rewritten by others: this is what tells a task that
 * is put back from one that is new. A note stands in `ending` from before its task is ended in the database until what
 * belongs to its end is done too, then in `ended`.
 */
export function createJournal(stateFolder: string, log: Log) {
  const [ending, ended] = [createNotes(stateFolder, 'ending'), createNotes(stateFolder, 'ended')]

  return {
    has: async (id: string): Promise<boolean> => (await ended.read(id)) !== null,

    /** To be called before the task is ended in the database. */
    begin: (id: string, mailbox: string): Promise<void> => ending.write(id, mailbox),

    async end(id: string) {
      await ended.write(id, '')
      await ending.remove(id)
    },

    /**
     * What has begun to end, by this run or by one that was killed, with its mailbox. A file that tells no mailbox, as a
     * full disk left them before, is put aside: nothing can be done about it, and it would be met at every pass.
     */
    async listEnding(): Promise<Map<string, string>> {
      const found = new Map<string, string>()
      for (const name of await ending.names()) {
        const mailbox = await ending.read(name).catch(() => '')
        if (mailbox !== null && /^\P{Cc}+$/u.test(mailbox)) found.set(name, mailbox)
        else if (mailbox !== null) await putAside(name)
      }
      return found
    },
  }

  async function putAside(name: string) {
    log('error', 'a note in STATE_FOLDER/ending cannot be read and was put aside: cached log-ins of its mailbox may last until the cache forgets them', { task: name }) // prettier-ignore
    await ending.setAside(name).catch(() => undefined)
  }
}

export type Journal = ReturnType<typeof createJournal>
