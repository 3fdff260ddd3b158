import { createHash } from 'node:crypto'
import { createNotes } from './notes.ts'

/**
 * Homes of which this host knows that what is in them is nobody's mailbox: a creation has begun to fill them and handed
 * nothing over yet, or a deletion has ended the mailbox that was there. Whatever else stands at the home of a new mailbox is
 * left alone: the database alone may say that it was given up.
 */
export function createRemains(stateFolder: string) {
  const notes = createNotes(stateFolder, 'remains')
  // A note's name is as long as a task's id.
  const nameOf = (home: string) => createHash('sha256').update(home).digest('hex').slice(0, 36)

  return {
    add: (home: string): Promise<void> => notes.write(nameOf(home), home),
    has: async (home: string): Promise<boolean> => (await notes.read(nameOf(home))) === home,
    remove: (home: string): Promise<void> => notes.remove(nameOf(home)),
  }
}

export type Remains = ReturnType<typeof createRemains>
