import {
  findRegistration,
  readBesideQueue,
  readQueue,
  type QueueView,
  type Registration,
} from '../../db/registrations.ts'
import type { AppContext, Deps } from '../../http/context.ts'
import { requireActor, requireFound, requireRole } from '../../http/guards.ts'
import { render, seeOther, type Body } from '../../http/render.tsx'
import type { Verdict } from './decide.ts'
import type { BulkState } from './form.ts'
import { describeRefusal } from './queue-view.ts'
import { Moderation, RegistrationRow, Registrations, type Grantable } from './views.tsx'
import type { Account } from '../../db/accounts.ts'
import { listUsable, mayUse } from '../../mailbox/domains.ts'
import { isHtmx } from '../../http/paths.ts'

/** Who acts, if they may moderate. @throws SignInNeeded; HTTPException 403 */
export function requireModerator(c: AppContext) {
  requireRole(c, 'admin')
  return requireActor(c)
}

export type Answers = ReturnType<typeof createAnswers>

/** What the routes about one request and about several share: what is looked up, and how it is answered. */
export function createAnswers({ config, pool }: Pick<Deps, 'config' | 'pool'>) {
  const find = async (id: string) => requireFound(await findRegistration(pool, id))
  const listGrantable = async (account: Account): Promise<Grantable> => ({
    choice: await listUsable(pool, config.mapping, account),
    defaultLimit: config.limits.mailboxesPerAccount,
  })

  /** Why this account may not grant these domains; null if it may. */
  const judgeDomains = async (account: Account, domains: string[]): Promise<'none' | 'foreign' | null> => {
    if (domains.length === 0) return 'none'
    return (await mayUse(pool, config.mapping, account, domains)) ? null : 'foreign'
  }

  /** What one click grants: the domains that this account granted last, else the only one that it may grant. */
  const usualOf = async (account: Account, { choice }: Grantable, granted: string[]): Promise<string[]> => {
    const { domains, more } = choice
    const mayGrant = more
      ? () => mayUse(pool, config.mapping, account, granted)
      : () => granted.every((domain) => domains.includes(domain))
    if (granted.length > 0 && (await mayGrant())) return granted
    return domains.length === 1 && !more ? domains : []
  }
  const listUsual = async (account: Account, grantable: Grantable): Promise<string[]> =>
    usualOf(account, grantable, (await readBesideQueue(pool, account.id)).granted)

  /** One request, alone for htmx, among the others for anyone else; with a form in it, if one is given. */
  const showRow = (
    c: AppContext,
    registration: Registration,
    { status = 200, form, problem }: { status?: 200 | 409 | 422; form?: Body; problem?: string } = {},
  ) => {
    const row = (
      <RegistrationRow
        t={c.get('t')}
        registration={registration}
        selectable={registration.decision === null}
        problem={problem}
      >
        {form}
      </RegistrationRow>
    )
    if (!isHtmx(c) && registration.decision === null)
      return showQueueAround(c, requireModerator(c), { id: registration.id, email: registration.email, row }, status)
    return render(c, {
      title: c.get('t').moderation.title,
      status,
      body: <Registrations>{row}</Registrations>,
      fragment: row,
    })
  }

  /** The first page of the queue, or the one that this request is found in by its address. */
  const showQueueAround = async (
    c: AppContext,
    account: Account,
    open: { id: number; email: string; row: Body },
    status: 200 | 409 | 422,
  ) => {
    const [first] = await readQueue(pool, [{ prefix: '', after: 0 }])
    const isThere = first?.registrations.some(({ id }) => id === open.id)
    return showQueue(c, account, { prefix: isThere ? '' : open.email, after: 0 }, {}, status, open)
  }

  const showQueue = async (
    c: AppContext,
    account: Account,
    view: QueueView,
    bulk?: BulkState,
    status?: 200 | 409 | 422,
    open?: { id: number; row: Body },
  ) => {
    // The state first: the page's event stream reports whatever changes from here on.
    await c.get('queueState')()
    const [[page], grantable, { dropped, granted }] = await Promise.all([
      readQueue(pool, [view]),
      listGrantable(account),
      readBesideQueue(pool, account.id),
    ])
    const usual = await usualOf(account, grantable, granted)
    return render(c, {
      title: c.get('t').moderation.title,
      status: status ?? 200,
      events: { queue: '1', email: view.prefix, after: String(view.after) },
      body: (
        <Moderation
          t={c.get('t')}
          view={view}
          page={page ?? { registrations: [], next: null }}
          grantable={grantable}
          usual={usual}
          dropped={dropped}
          {...(bulk && { bulk })}
          {...(open && { open })}
        />
      ),
    })
  }

  /** After a decision about one request: its row or the queue, and who decided first if somebody else did. */
  const answerDecision = async (c: AppContext, id: string, outcome: Verdict) => {
    const t = c.get('t')
    if (outcome.done && !isHtmx(c)) return seeOther(c, '/registrations')
    const registration = await find(id)
    if (outcome.done) return showRow(c, registration)
    return showRow(c, registration, { status: 409, problem: describeRefusal(t, outcome.refused) })
  }

  return { find, listGrantable, listUsual, judgeDomains, showRow, showQueue, answerDecision }
}
