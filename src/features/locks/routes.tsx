import { lockMailbox, LockUnproven, MailboxGone, unlockMailbox } from '../../../connector/contract/lock.ts'
import { record } from '../../db/audit.ts'
import { tellChangedElsewhere } from '../../mailbox/changed-elsewhere.ts'
import { chooseLock } from '../../mailbox/lock-for-task.ts'
import { findStoredHash } from '../../db/mail/rows.ts'
import { ensureRow, findAdministered, setLockReason, type Mailbox } from '../../db/mailboxes.ts'
import { transaction } from '../../db/store.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { requireActor, requireFound, requireRole } from '../../http/guards.ts'
import { createProof } from '../../http/proof.tsx'
import { domainOf } from '../../lib/addresses.ts'
import { render, seeOther } from '../../http/render.tsx'
import { lockForm, type LockState } from './form.ts'
import { LockForm } from './views.tsx'

/** An administrator's lock, which is independent of any task of the mailbox. */
export function locks(deps: Deps) {
  const { config, pool, lockKey } = deps
  const { mapping } = config
  const locking = { mapping, lockKey }
  const requireProof = createProof(deps)
  const find = async (c: AppContext): Promise<Mailbox> => {
    requireRole(c, 'admin')
    return requireFound(await findAdministered(pool, requireActor(c), c.req.param('id') ?? ''))
  }
  const show = (c: AppContext, mailbox: Mailbox, state: LockState = {}, notice?: string) =>
    render(c, {
      title: c.get('t').locks.title(mailbox.address),
      status: notice ? 409 : state.errors ? 422 : 200,
      body: <LockForm t={c.get('t')} mailbox={mailbox} notice={notice} {...state} />,
    })
  /** The work's result; null when it was refused, as the page then says. */
  const orNotice = async (c: AppContext, mailbox: Mailbox, work: Promise<'done' | 'unproven'>) => {
    const outcome = await work.catch((error: unknown) => {
      if (error instanceof LockUnproven) return 'unproven' as const
      if (error instanceof MailboxGone) return 'gone' as const
      throw error
    })
    if (outcome === 'done') return backToDomain(c, mailbox)
    return show(c, mailbox, {}, outcome === 'gone' ? c.get('t').password.refusals.gone : c.get('t').locks.unproven)
  }
  const backToDomain = (c: AppContext, { address }: Mailbox) =>
    seeOther(c, `/domains/${address.slice(address.indexOf('@') + 1)}`)

  return (
    createRoutes()
      // A mailbox from before Colombier, which has no row for it yet.
      .post('/domains/:domain/mailboxes/:address/lock', async (c) => {
        const { role, domains } = requireRole(c, 'admin')
        const address = c.req.param('address').toLowerCase()
        const theirs = role === 'super_admin' || domains.includes(domainOf(address))
        const found = theirs && (await findStoredHash(pool, mapping, address)) !== null
        if (!found) return c.notFound()

        return seeOther(c, `/mailboxes/${await ensureRow(pool, address)}/lock`)
      })

      .get('/mailboxes/:id/lock', async (c) => show(c, await find(c)))

      .post('/mailboxes/:id/lock', async (c) => {
        const mailbox = await find(c)
        await requireProof(c)
        const actor = requireActor(c)
        const form = await parseForm(c, lockForm)
        if (!form.ok) return show(c, mailbox, form)

        const { address } = mailbox
        const { reason } = form.value
        const work = transaction(pool, async (db) => {
          await lockMailbox(db, locking, address, 'administrator', await chooseLock(db, mapping, address))
          await setLockReason(db, address, reason)
          await record(db, { action: 'mailbox.locked', actor, mailbox: address, subject: reason })
          return 'done' as const
        })
        return orNotice(c, mailbox, work)
      })

      .post('/mailboxes/:id/lock/removal', async (c) => {
        const mailbox = await find(c)
        await requireProof(c)
        const actor = requireActor(c)
        if (!mailbox.locks.includes('administrator')) return backToDomain(c, mailbox)

        const { address } = mailbox
        const work = transaction(pool, async (db) => {
          const unlocked = await unlockMailbox(db, locking, address, 'administrator')
          if (unlocked === 'unproven') return unlocked
          await setLockReason(db, address, null)
          await record(db, { action: 'mailbox.unlocked', actor, mailbox: address })
          if (unlocked === 'changed_elsewhere') await tellChangedElsewhere(db, config, address)
          return 'done' as const
        })
        return orNotice(c, mailbox, work)
      })
  )
}
