import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { listForMailbox } from '../../db/mail/aliases.ts'
import type { Mailbox } from '../../db/mailboxes.ts'
import { createAddressCheck, createTakenLimit } from '../../http/address-check.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { findOwn } from '../../http/own-mailboxes.ts'
import { parseForm } from '../../http/form.ts'
import { requireAccount, requireActor, requireFound } from '../../http/guards.ts'
import { ALIAS_NAME_MIN, faultMessage } from '../../http/local-part.ts'
import { closePanel, render, seeOther, type Body } from '../../http/render.tsx'
import { findLocalPartFault, normaliseLocalPart } from '../../lib/addresses.ts'
import { randomName } from '../../lib/random-name.ts'
import { AddressPreview } from '../../ui/address-preview.tsx'
import { hindranceOf } from '../../mailbox/hindrance.ts'
import { tooMany } from '../../http/limits.ts'
import type { Messages } from '../../i18n/languages.ts'
import { addAlias, type Addition } from './add.ts'
import { aliasDomains, aliasForm, type AliasFormState } from './form.ts'
import { readPanel } from './panel.ts'
import { removeAlias, type Removal } from './remove.ts'
import { renameAlias, type Renaming } from './rename.ts'
import {
  AliasCount,
  Aliases,
  aliasesPath,
  AliasRow,
  NewAlias,
  RemoveAlias,
  RemovedAlias,
  RenameAlias,
} from './views.tsx'
import type { Account } from '../../db/accounts.ts'
import { isHtmx } from '../../http/paths.ts'

interface Shown {
  status?: 200 | 404 | 422 | 429
  form?: AliasFormState
  notice?: string
  done?: string
  added?: string
}

export function aliases(deps: Deps) {
  const { config, pool } = deps
  const rules = { least: ALIAS_NAME_MIN, ...config.addresses }
  const form = aliasForm(rules)
  const checkAddress = createAddressCheck(deps)
  const orTooMany = createTakenLimit(deps)

  const findMailbox = async (c: AppContext) => requireFound(await findOwn(c, pool, c.req.param('id') ?? ''))
  /** The alias is null when the mailbox has none of that address, or has it no more. */
  const findAlias = async (c: AppContext, account: Account) => {
    const mailbox = await findMailbox(c)
    const domains = aliasDomains(mailbox.address, account.domains)
    const all = await listForMailbox(pool, config.mapping, { mailbox: mailbox.address, domains })
    const address = (c.req.param('address') ?? '').toLowerCase()
    return { mailbox, domains, address, alias: all.find((one) => one.address === address) ?? null }
  }

  const showPanel = async (c: AppContext, account: Account, mailbox: Mailbox, shown: Shown = {}) => {
    const t = c.get('t')
    const { status = 200, ...rest } = shown
    const panel = await readPanel(pool, config, account, mailbox, c.req.method === 'GET' ? c.req.query('find') : '')
    const card = <Aliases t={t} panel={panel} {...rest} />
    return renderAliases(c, mailbox, card, status)
  }
  /** Another tab was faster: all of the aliases as they are now, wherever the row was. */
  const showGone = (c: AppContext, account: Account, mailbox: Mailbox, address: string) => {
    c.header('HX-Retarget', `#mailbox-${mailbox.id}`)
    return showPanel(c, account, mailbox, { status: 404, notice: c.get('t').aliases.gone(address) })
  }
  /** One alias: alone for htmx, among the others for anyone else. */
  const showRow = async (
    c: AppContext,
    mailbox: Mailbox,
    address: string,
    row: Body,
    status: 200 | 422 | 429 = 200,
  ) => {
    if (isHtmx(c)) return render(c, { title: titleOf(c, mailbox), status, body: row })
    const panel = await readPanel(pool, config, requireAccount(c), mailbox)
    const card = <Aliases t={c.get('t')} panel={panel} open={{ address, row }} />
    return renderAliases(c, mailbox, card, status)
  }

  return createRoutes()
    .get('/mailboxes/:id/aliases', async (c) => {
      const account = requireAccount(c)
      const mailbox = await findMailbox(c)
      const { random, domain } = c.req.query()
      if (random === undefined) return showPanel(c, account, mailbox)

      const wanted = aliasDomains(mailbox.address, account.domains).find((one) => one === domain)
      const typed = { localPart: randomName(rules), ...(wanted !== undefined && { domain: wanted }) }
      return showPanel(c, account, mailbox, { form: { typed } })
    })

    .post('/mailboxes/:id/aliases', async (c) => {
      const account = requireActor(c)
      const t = c.get('t')
      const mailbox = await findMailbox(c)
      const posted = await parseForm(c, form)
      const refuse = (shown: Shown) =>
        showPanel(c, account, mailbox, { status: 422, ...shown, form: { typed: posted.typed, ...shown.form } })
      if (!posted.ok) return refuse({ form: { errors: posted.errors } })

      const request = { account, mailboxId: c.req.param('id') }
      const { outcome, waitSeconds } = await orTooMany(account.id, async () =>
        requireFound(await addAlias(deps, request, posted.value)),
      )
      if (waitSeconds !== undefined)
        return refuse({ status: 429, form: { errors: { localPart: tooMany(c, waitSeconds) } } })
      if (outcome.refused) {
        const { errors, notice } = sayRefusal(t, outcome.refused)
        return refuse({ form: { errors }, ...(notice && { notice }) })
      }
      if (!isHtmx(c)) return seeOther(c, aliasesPath(mailbox.id))
      const added = `${posted.value.localPart}@${posted.value.domain}`
      return showPanel(c, account, mailbox, { done: t.aliases[outcome.done](added), added })
    })

    .get('/mailboxes/:id/aliases/preview', async (c) => {
      const account = requireAccount(c)
      const t = c.get('t')
      const mailbox = await findMailbox(c)
      const localPart = normaliseLocalPart(c.req.query('localPart') ?? '').slice(0, 80)
      const domain = aliasDomains(mailbox.address, account.domains).find((one) => one === c.req.query('domain'))
      const fault = findLocalPartFault(localPart, rules)
      const address = `${localPart}@${domain ?? ''}`
      const shown = localPart !== '' && domain !== undefined
      const asks = shown && fault === null && address !== c.req.query('renamed')

      return render(c, {
        title: titleOf(c, mailbox),
        body: (
          <>
            {shown && (
              <AddressPreview
                t={t}
                address={address}
                fault={fault && t.fields[faultMessage(fault, rules)]}
                verdict={asks ? await checkAddress(account.id, address) : null}
              />
            )}
          </>
        ),
      })
    })

    .get('/mailboxes/:id/aliases/:address', async (c) => {
      const account = requireAccount(c)
      const { mailbox, alias, address } = await findAlias(c, account)
      if (alias === null) return showGone(c, account, mailbox, address)
      const fixed = hindranceOf('aliases', mailbox) !== null
      return showRow(
        c,
        mailbox,
        alias.address,
        <AliasRow t={c.get('t')} mailboxId={mailbox.id} alias={alias} fixed={fixed} />,
      )
    })

    .get('/mailboxes/:id/aliases/:address/name', async (c) => {
      const account = requireAccount(c)
      const { mailbox, alias, address, domains } = await findAlias(c, account)
      if (alias === null) return showGone(c, account, mailbox, address)
      return showRow(
        c,
        mailbox,
        alias.address,
        <RenameAlias t={c.get('t')} mailboxId={mailbox.id} alias={alias} domains={domains} />,
      )
    })

    .post('/mailboxes/:id/aliases/:address/name', async (c) => {
      const account = requireActor(c)
      const t = c.get('t')
      const { mailbox, alias, address, domains } = await findAlias(c, account)
      if (alias === null) return showGone(c, account, mailbox, address)
      const posted = await parseForm(c, form)
      const refuse = (errors: AliasFormState['errors'] = {}, notice?: string, status: 422 | 429 = 422) =>
        showRow(
          c,
          mailbox,
          alias.address,
          <RenameAlias
            t={t}
            mailboxId={mailbox.id}
            alias={alias}
            domains={domains}
            form={{ errors, typed: posted.typed }}
            {...(notice && { notice })}
          />,
          status,
        )
      if (!posted.ok) return refuse(posted.errors)

      const request = { account, mailboxId: c.req.param('id') }
      const { outcome, waitSeconds } = await orTooMany(account.id, () =>
        renameAlias(deps, request, address, posted.value),
      )
      if (waitSeconds !== undefined) return refuse({ localPart: tooMany(c, waitSeconds) }, undefined, 429)
      if (outcome === null) return showGone(c, account, await findMailbox(c), address)
      if (outcome.refused) {
        const { errors, notice } = sayRefusal(t, outcome.refused)
        return refuse(errors, notice)
      }
      if (!isHtmx(c)) return seeOther(c, aliasesPath(mailbox.id))
      closePanel(c, aliasesPath(mailbox.id))
      const renamed = { address: `${posted.value.localPart}@${posted.value.domain}`, shared: false }
      return showRow(
        c,
        mailbox,
        alias.address,
        <AliasRow t={t} mailboxId={mailbox.id} alias={renamed} replaced={alias.address} />,
      )
    })

    .get('/mailboxes/:id/aliases/:address/removal', async (c) => {
      const account = requireAccount(c)
      const { mailbox, alias, address } = await findAlias(c, account)
      if (alias === null) return showGone(c, account, mailbox, address)
      return showRow(c, mailbox, alias.address, <RemoveAlias t={c.get('t')} mailboxId={mailbox.id} alias={alias} />)
    })

    .post('/mailboxes/:id/aliases/:address/removal', async (c) => {
      const account = requireActor(c)
      const t = c.get('t')
      const { mailbox, alias, address } = await findAlias(c, account)
      if (alias === null) return showGone(c, account, mailbox, address)
      const request = { account, mailboxId: c.req.param('id') }
      const outcome = await removeAlias(deps, request, address)
      if (outcome === null) return showGone(c, account, await findMailbox(c), address)
      if (outcome.refused) {
        const { notice } = sayRefusal(t, outcome.refused)
        return showRow(
          c,
          mailbox,
          alias.address,
          <RemoveAlias t={t} mailboxId={mailbox.id} alias={alias} notice={notice} />,
          422,
        )
      }
      if (!isHtmx(c)) return seeOther(c, aliasesPath(mailbox.id))

      const panel = await readPanel(pool, config, account, mailbox)
      const gone = { address: alias.address, shared: outcome.done === 'mailbox' }
      closePanel(c, aliasesPath(mailbox.id))
      return showRow(
        c,
        mailbox,
        alias.address,
        <>
          <RemovedAlias t={t} mailboxId={mailbox.id} alias={gone} />
          <AliasCount t={t} panel={panel} swapped />
          {panel.count === panel.limit - 1 && <NewAlias t={t} panel={panel} swapped />}
        </>,
      )
    })
}

/** Why an alias was not added, renamed or removed: at a field, or above the form. */
function sayRefusal(
  { aliases, fields }: Messages,
  refused: NonNullable<(Addition | Renaming | Removal)['refused']>,
): { errors: NonNullable<AliasFormState['errors']>; notice?: string } {
  switch (refused) {
    case 'taken':
      return { errors: { localPart: aliases.refusals.taken } }
    case 'address_too_long':
    case 'quota':
      return { errors: { localPart: fields.tooLong } }
    case 'domain':
      return { errors: { domain: aliases.refusals.domain } }
    default:
      return { errors: {}, notice: aliases.refusals[refused] }
  }
}

const titleOf = (c: AppContext, mailbox: Mailbox): string => `${c.get('t').aliases.title} · ${mailbox.address}`

/** The aliases of a mailbox: in its place for htmx, on a page of their own for anyone else, since they may be many. */
const renderAliases = (c: AppContext, mailbox: Mailbox, card: Body, status: ContentfulStatusCode) => {
  const page = (
    <>
      <header class="page-head">
        <h1>{c.get('t').aliases.title}</h1>
      </header>
      <ul class="mailboxes">{card}</ul>
    </>
  )
  return render(c, { title: titleOf(c, mailbox), status, body: page, fragment: card })
}
