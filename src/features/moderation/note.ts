import { record, type Actor } from '../../db/audit.ts'
import { insertNote, markQueueChanged, type Registration } from '../../db/registrations.ts'
import { transaction, type Pool } from '../../db/store.ts'

/** Adds a note for the other moderators, before or after the decision. */
export async function addNote(pool: Pool, actor: Actor, { id, email }: Registration, text: string): Promise<void> {
  await transaction(pool, async (db) => {
    await insertNote(db, id, actor.email, text)
    await record(db, { action: 'registration.noted', actor, subject: email })
    await markQueueChanged(db)
  })
}
