import { createHash } from 'node:crypto'
import { createNotes } from './notes.ts'

/**
 * The homes whose contents, as this host knows, are nobody's mailbox: a creation began to fill them and has handed
 * nothing over yet, or a deletion ended the mailbox that was there. Anything else at the home of a new mailbox is left
 * alone, since only the database would vouch that it was given up.
 */
export function createRemains(stateFolder: string) {
  const notes = createNotes(stateFolder, 'remains')
  // A note is named after a task, whose id has a fixed length.
  const nameOf = (home: string) => createHash('sha256').update(home).digest('hex').slice(0, 36)

  return {
    add: (home: string): Promise<void> => notes.write(nameOf(home), home),
    has: async (home: string): Promise<boolean> => (await notes.read(nameOf(home))) === home,
    remove: (home: string): Promise<void> => notes.remove(nameOf(home)),
  }
}

export type Remains = ReturnType<typeof createRemains>
