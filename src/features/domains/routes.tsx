import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { requireActor, requireFound, requireRole } from '../../http/guards.ts'
import { createProof } from '../../http/proof.tsx'
import { queryText } from '../../http/query.ts'
import { closePanel, render, seeOther, type Body } from '../../http/render.tsx'
import { domainOf } from '../../lib/addresses.ts'
import { ownerForm, type OwnerState } from './form.ts'
import { giveMailbox } from './give.ts'
import { findDomain, findMailbox, readDomainPage, readDomains, type DomainMailbox } from './page.ts'
import { DomainMailboxes, DomainMailboxRow, Domains, OwnerForm } from './views.tsx'
import { isHtmx } from '../../http/paths.ts'

/** The domains and their mailboxes, for those who look after them. */
export function domains(deps: Deps) {
  const { config, pool } = deps
  const { mapping } = config
  const requireProof = createProof(deps)

  const find = async (c: AppContext) =>
    requireFound(await findDomain(pool, mapping, requireRole(c, 'admin'), (c.req.param('domain') ?? '').toLowerCase()))
  const findEntry = async (c: AppContext) =>
    requireFound(await findMailbox(pool, mapping, await find(c), (c.req.param('address') ?? '').toLowerCase()))
  const mayGive = (c: AppContext) => requireRole(c, 'admin').role === 'super_admin'

  /** One row: alone for htmx, among the others of its domain for anyone else. */
  const renderRow = (c: AppContext, { address }: DomainMailbox, row: Body, status: 200 | 422 = 200) =>
    render(c, {
      title: address,
      status,
      fragment: row,
      body: async () => {
        const find = async (prefix: string) => {
          const search = { prefix, after: '', unowned: false }
          const found = await readDomainPage(pool, mapping, requireRole(c, 'admin'), domainOf(address), search)
          return { search, page: requireFound(found) }
        }
        const all = await find('')
        const isThere = all.page.mailboxes.rows.some((one) => one.address === address)
        const shown = isThere ? all : await find(address)
        return <DomainMailboxes t={c.get('t')} {...shown} mayGive={mayGive(c)} open={{ address, row }} />
      },
    })
  const showRow = (c: AppContext, entry: DomainMailbox) =>
    renderRow(c, entry, <DomainMailboxRow t={c.get('t')} entry={entry} mayGive={mayGive(c)} />)
  const showForm = (c: AppContext, entry: DomainMailbox, state?: OwnerState) =>
    renderRow(c, entry, <OwnerForm t={c.get('t')} entry={entry} {...state} />, state ? 422 : 200)

  return createRoutes()
    .get('/domains', async (c) => {
      const account = requireRole(c, 'admin')
      const t = c.get('t')
      const search = { prefix: queryText(c, 'q').toLowerCase(), after: queryText(c, 'after') }

      const page = await readDomains(pool, mapping, account, search)
      return render(c, { title: t.domains.title, body: <Domains t={t} page={page} search={search} /> })
    })

    .get('/domains/:domain', async (c) => {
      const account = requireRole(c, 'admin')
      const t = c.get('t')
      const search = {
        prefix: queryText(c, 'q').toLowerCase(),
        after: queryText(c, 'after'),
        unowned: queryText(c, 'only') === 'unowned',
      }

      const name = c.req.param('domain').toLowerCase()
      const page = requireFound(await readDomainPage(pool, mapping, account, name, search))
      return render(c, {
        title: page.domain.name,
        body: <DomainMailboxes t={t} page={page} search={search} mayGive={mayGive(c)} />,
      })
    })

    .get('/domains/:domain/mailboxes/:address', async (c) => showRow(c, await findEntry(c)))

    .get('/domains/:domain/mailboxes/:address/owner', async (c) => {
      requireRole(c, 'super_admin')
      const entry = await findEntry(c)
      return entry.own?.owner ? showRow(c, entry) : showForm(c, entry)
    })

    .post('/domains/:domain/mailboxes/:address/owner', async (c) => {
      requireRole(c, 'super_admin')
      const entry = await findEntry(c)
      await requireProof(c)
      const form = await parseForm(c, ownerForm)
      if (!form.ok) return showForm(c, entry, form)

      const outcome = await giveMailbox({ pool }, requireActor(c), entry.address, form.value.email)
      if (outcome.refused) {
        return showForm(c, entry, {
          typed: form.typed,
          errors: { email: c.get('t').domains.refusals[outcome.refused] },
        })
      }
      if (!isHtmx(c)) return seeOther(c, domainPath(entry.address))
      closePanel(c, domainPath(entry.address))
      return showRow(c, await findEntry(c))
    })
}

const domainPath = (address: string): string => `/domains/${encodeURIComponent(domainOf(address))}`
