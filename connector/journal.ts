import type { Log } from './log.ts'
import { createNotes } from './notes.ts'

/**
 * The record of what this host has carried out: one note per task. Others can rewrite the database, so only this record
 * distinguishes a task that was put back from a new one. A note is in `ending` from just before its task ends in the
 * database until everything that follows is done, and in `ended` from then on.
 */
export function createJournal(stateFolder: string, log: Log) {
  const [ending, ended] = [createNotes(stateFolder, 'ending'), createNotes(stateFolder, 'ended')]

  return {
    has: async (id: string): Promise<boolean> => (await ended.read(id)) !== null,

    /** To be called before the task ends in the database. */
    begin: (id: string, user: string): Promise<void> => ending.write(id, user),

    async end(id: string) {
      await ended.write(id, '')
      await ending.remove(id)
    },

    /**
     * The ids of tasks whose end has begun, in this run or in one that was killed, and what Dovecot calls their
     * mailboxes. A file that holds none, such as earlier versions left on a full disk, is set aside, or it would be in
     * the way at every pass.
     */
    async listEnding(): Promise<Map<string, string>> {
      const found = new Map<string, string>()
      for (const name of await ending.names()) {
        const user = await ending.read(name).catch(() => '')
        if (user !== null && /^\P{Cc}+$/u.test(user)) found.set(name, user)
        else if (user !== null) await setAside(name)
      }
      return found
    },
  }

  async function setAside(name: string) {
    log('error', 'a file in STATE_FOLDER/ending is unreadable and was set aside', { file: name })
    await ending.setAside(name).catch(() => undefined)
  }
}

export type Journal = ReturnType<typeof createJournal>
