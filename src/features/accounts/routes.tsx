import { takeSecondFactorAway } from '../../account/take-away.ts'
import { tell } from '../../account/tell.ts'
import { findNamedForUpdate } from '../../db/accounts.ts'
import { findAccountEntry, listAccounts, type AccountEntry } from '../../db/account-list.ts'
import { record } from '../../db/audit.ts'
import { listGrantPage } from '../../db/grants.ts'
import { listServed } from '../../db/mail/lists.ts'
import { endSessionsOf } from '../../db/sessions.ts'
import { transaction } from '../../db/store.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { requireAccount, requireActor, requireFound, requireRole } from '../../http/guards.ts'
import { createProof } from '../../http/proof.tsx'
import { queryText } from '../../http/query.ts'
import { closePanel, render, seeOther, type Body } from '../../http/render.tsx'
import { asKept } from '../../lib/email.ts'
import { listUsable } from '../../mailbox/domains.ts'
import { changeDomain, changeRights } from './change.ts'
import { domainForm, rightsForm, type DomainState, type RightsState } from './form.ts'
import { AccountRow, Accounts, EndSessions, GrantedDomains, RemoveFactor, RightsForm } from './views.tsx'
import { isHtmx } from '../../http/paths.ts'

/** The accounts and their rights, for super admins. */
export function accounts(deps: Deps) {
  const { config, pool } = deps
  const requireProof = createProof(deps)
  const byDefault = config.limits.mailboxesPerAccount

  const findEntry = async (c: AppContext): Promise<AccountEntry> => {
    requireRole(c, 'super_admin')
    return requireFound(await findAccountEntry(pool, c.req.param('id') ?? ''))
  }
  /** One row: alone for htmx, among the others for anyone else. */
  const renderRow = (c: AppContext, entry: AccountEntry, row: Body, status: 200 | 422 = 200) =>
    render(c, {
      title: entry.email,
      status,
      fragment: row,
      body: async () => {
        const find = async (prefix: string) => ({ prefix, page: await listAccounts(pool, { prefix, after: '' }) })
        const all = await find('')
        const { prefix, page } = all.page.rows.some(({ id }) => id === entry.id) ? all : await find(entry.email)
        const open = { id: entry.id, row }
        return <Accounts t={c.get('t')} page={page} search={{ prefix, after: '' }} byDefault={byDefault} open={open} />
      },
    })
  const showRow = (c: AppContext, entry: AccountEntry, notice?: string) =>
    renderRow(c, entry, <AccountRow t={c.get('t')} entry={entry} byDefault={byDefault} notice={notice} />)
  const showForm = (c: AppContext, entry: AccountEntry, state?: RightsState & { notice?: string }) =>
    renderRow(
      c,
      entry,
      <RightsForm t={c.get('t')} entry={entry} byDefault={byDefault} {...state} />,
      state === undefined ? 200 : 422,
    )

  const showDomains = async (c: AppContext, entry: AccountEntry, state?: DomainState) => {
    const search = { prefix: queryText(c, 'q').toLowerCase(), after: queryText(c, 'after') }
    const [page, choice] = await Promise.all([
      listGrantPage(pool, entry.id, search),
      listUsable(pool, config.mapping, requireAccount(c)),
    ])
    return render(c, {
      title: entry.email,
      status: state === undefined ? 200 : 422,
      body: <GrantedDomains t={c.get('t')} entry={entry} page={page} search={search} choice={choice} form={state} />,
    })
  }

  return createRoutes()
    .get('/accounts', async (c) => {
      requireRole(c, 'super_admin')
      const t = c.get('t')
      const search = {
        prefix: asKept(queryText(c, 'q')),
        after: queryText(c, 'after'),
      }

      const page = await listAccounts(pool, search)
      return render(c, {
        title: t.accounts.title,
        body: <Accounts t={t} page={page} search={search} byDefault={byDefault} />,
      })
    })

    .get('/accounts/:id', async (c) => showRow(c, await findEntry(c)))

    .get('/accounts/:id/rights', async (c) => showForm(c, await findEntry(c)))

    .post('/accounts/:id/rights', async (c) => {
      const entry = await findEntry(c)
      await requireProof(c)
      const form = await parseForm(c, rightsForm)
      if (!form.ok) return showForm(c, entry, form)

      // More domains than the form can show are granted and withdrawn one by one.
      const shown = !entry.moreDomains && (await c.req.formData()).has('domains')
      const rights = { ...form.value, domains: shown ? form.value.domains : null }
      // What the account holds already may stay, though the mail server has lost it.
      const added = (rights.domains ?? []).filter((domain) => !entry.domains.includes(domain))
      const served = (await listServed(pool, config.mapping, added)).map(({ name }) => name)
      const unknown = added.filter((domain) => !served.includes(domain))
      if (unknown.length > 0) {
        return showForm(c, entry, {
          typed: form.typed,
          errors: { domains: c.get('t').accounts.domainUnknown(unknown) },
        })
      }
      const outcome = requireFound(await changeRights(deps, requireActor(c), entry.id, rights))
      if (outcome.refused) {
        return showForm(c, entry, { typed: form.typed, notice: c.get('t').accounts.lastSuperAdmin })
      }
      if (!isHtmx(c)) return seeOther(c, `/accounts/${entry.id}`)
      closePanel(c, '/accounts')
      return showRow(c, await findEntry(c))
    })

    .get('/accounts/:id/domains', async (c) => showDomains(c, await findEntry(c)))

    .post('/accounts/:id/domains', async (c) => {
      const entry = await findEntry(c)
      await requireProof(c)
      const form = await parseForm(c, domainForm)
      if (!form.ok) return showDomains(c, entry, form)
      const { domain } = form.value
      if ((await listServed(pool, config.mapping, [domain])).length === 0)
        return showDomains(c, entry, {
          typed: form.typed,
          errors: { domain: c.get('t').accounts.domainUnknown([domain]) },
        })

      requireFound(await changeDomain(deps, requireActor(c), { id: entry.id, domain, change: 'granted' }))
      return seeOther(c, `/accounts/${entry.id}/domains`)
    })

    .post('/accounts/:id/domains/:domain/withdrawal', async (c) => {
      const entry = await findEntry(c)
      await requireProof(c)
      requireFound(
        await changeDomain(deps, requireActor(c), {
          id: entry.id,
          domain: c.req.param('domain').toLowerCase(),
          change: 'withdrawn',
        }),
      )
      return seeOther(c, `/accounts/${entry.id}/domains`)
    })

    .get('/accounts/:id/second-factor/removal', async (c) => {
      const entry = await findEntry(c)
      return renderRow(c, entry, <RemoveFactor t={c.get('t')} entry={entry} />)
    })

    .post('/accounts/:id/second-factor/removal', async (c) => {
      const entry = await findEntry(c)
      await requireProof(c)
      const actor = requireActor(c)

      const removed = await transaction(pool, (db) => takeSecondFactorAway(db, config, entry.id, actor))
      if (!isHtmx(c)) return seeOther(c, `/accounts/${entry.id}`)
      closePanel(c, '/accounts')
      return showRow(c, await findEntry(c), removed ? c.get('t').accounts.factorRemoved : undefined)
    })

    .get('/accounts/:id/sessions/revocation', async (c) => {
      const entry = await findEntry(c)
      return renderRow(c, entry, <EndSessions t={c.get('t')} entry={entry} />)
    })

    .post('/accounts/:id/sessions/revocation', async (c) => {
      const entry = await findEntry(c)
      await requireProof(c)
      const actor = requireActor(c)

      const ended = await transaction(pool, async (db) => {
        const account = requireFound(await findNamedForUpdate(db, entry.id))
        const count = await endSessionsOf(db, entry.id)
        await record(db, { action: 'account.sessions_ended', actor, subject: entry.email })
        if (count > 0) await tell(db, config, account, 'sessionsEnded', null)
        return count
      })
      if (!isHtmx(c)) return seeOther(c, `/accounts/${entry.id}`)
      closePanel(c, '/accounts')
      return showRow(c, entry, c.get('t').accounts.sessionsEnded(ended))
    })
}
