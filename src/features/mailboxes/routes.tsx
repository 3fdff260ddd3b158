import { isForDoveadm } from '../../../connector/contract/doveadm-address.ts'
import { findOwnedEntry, type MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { createAddressCheck, createTakenLimit } from '../../http/address-check.ts'
import { attempt, createLimit, tooMany } from '../../http/limits.ts'
import { mayUse } from '../../mailbox/domains.ts'
import { hindranceOf } from '../../mailbox/hindrance.ts'
import { readMailboxList } from '../../mailbox/list.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { allErrors, ownAddressFault, parseForm, statusOf, type ParsedForm } from '../../http/form.ts'
import { requireAccount, requireActor, requireFound } from '../../http/guards.ts'
import { listOwn } from '../../http/own-mailboxes.ts'
import { faultMessage, MAILBOX_NAME_MIN } from '../../http/local-part.ts'
import { createCards } from '../../http/render-card.tsx'
import { queryText } from '../../http/query.ts'
import { closePanel, render, seeOther } from '../../http/render.tsx'
import type { Messages } from '../../i18n/languages.ts'
import { ADDRESS_CHARACTERS, findLocalPartFault, normaliseLocalPart } from '../../lib/addresses.ts'
import { AddressPreview } from '../../ui/address-preview.tsx'
import { createMailbox, findSame } from './create.ts'
import { mailboxForm, newPasswordForm, type MailboxFormState, type NewPasswordState } from './form.ts'
import { quotaRange, readQuota } from './quota.ts'
import { setUpAgain } from './set-up-again.ts'
import { Mailboxes, OpenedMailbox, SetUpAgain } from './views.tsx'
import type { Account } from '../../db/accounts.ts'
import { isHtmx } from '../../http/paths.ts'

type PostedMailbox = ParsedForm<ReturnType<typeof mailboxForm>>

export function mailboxes(deps: Deps) {
  const { config, pool, hashers } = deps
  const rules = { least: MAILBOX_NAME_MIN, ...config.addresses }
  const form = mailboxForm(rules)
  const checkAddress = createAddressCheck(deps)
  const orTooMany = createTakenLimit(deps)
  const wrongPasswords = createLimit(deps, 'mailbox-password')

  const { renderCard, renderMailbox, showChanged } = createCards(deps)
  const quota = quotaRange(config)

  const showPage = async (
    c: AppContext,
    account: Account,
    state?: MailboxFormState,
    made?: number,
    status?: 200 | 429,
  ) => {
    const list = await readMailboxList(pool, config, account, await listOwn(c, pool))
    return render(c, {
      title: c.get('t').mailboxes.title,
      status: status ?? (state ? statusOf(state) : 200),
      body: <Mailboxes t={c.get('t')} list={list} quota={quota} form={state} made={made} />,
    })
  }
  /** The size that was chosen, or typed as another one. */
  const quotaOf = ({ quotaChoice, quotaMegabytes }: { quotaChoice?: string; quotaMegabytes?: string }) =>
    quotaChoice || quotaMegabytes
  const passwordFault = (t: Messages, password: string | undefined, address: string | undefined) =>
    password !== undefined && hashers.mailbox.refusal(password)
      ? t.password.tooManyBytes
      : ownAddressFault(t, password, address)
  const addressFault = (t: Messages, address: string | undefined) => {
    if (address === undefined) return undefined
    if (address.length > ADDRESS_CHARACTERS) return t.fields.tooLong
    return isForDoveadm(address) ? undefined : t.mailboxes.unrunnable
  }

  /** All that is wrong with the form, so that nobody mends one thing to be told of the next. */
  const faultsOf = async (c: AppContext, account: Account, posted: PostedMailbox) => {
    const t = c.get('t')
    const { localPart, domain, password } = posted.valid
    const size = quotaOf(posted.valid)
    const address = localPart === undefined || domain === undefined ? undefined : `${localPart}@${domain}`
    const mayHave = domain === undefined || (await mayUse(pool, config.mapping, account, [domain]))
    const inRange = size === undefined || readQuota(config, size) !== 'out_of_range'
    const errors = allErrors(form, posted, {
      localPart: mayHave ? addressFault(t, address) : undefined,
      domain: mayHave ? undefined : t.mailboxes.refusals.domain,
      quotaMegabytes: inRange ? undefined : t.mailboxes.quotaOutOfRange,
      password: passwordFault(t, password, address),
    })
    // Where nothing else is wrong, the act itself says whether the address is free.
    if (errors === null || address === undefined || errors.localPart || errors.domain) return errors
    const taken = (await checkAddress(account.id, address)) === 'taken'
    return taken ? { localPart: t.mailboxes.refusals.taken, ...errors } : errors
  }
  const findEntry = async (account: Account, id: string) =>
    requireFound(await findOwnedEntry(pool, config, account.id, id))
  /** One that is to be set up once more; not where the mail server makes its mailboxes itself. */
  const mayBeSetUp = (entry: MailboxEntry) =>
    entry.actions.includes('create') && hindranceOf('setUpAgain', entry) === null
  const showSetUp = (c: AppContext, entry: MailboxEntry, state?: NewPasswordState) =>
    renderCard(
      c,
      entry,
      <SetUpAgain t={c.get('t')} entry={entry} {...(state && { form: state })} />,
      state ? statusOf(state) : 200,
    )

  return createRoutes()
    .get('/mailboxes', (c) => showPage(c, requireAccount(c)))

    .post('/mailboxes', async (c) => {
      const account = requireActor(c)
      if (!config.mapping.actions.includes('create')) return c.notFound()

      const t = c.get('t')
      const posted = await parseForm(c, form)
      const refuse = (errors: MailboxFormState['errors'], status?: 429) =>
        showPage(c, account, { typed: posted.typed, ...(errors && { errors }) }, undefined, status)
      if (!posted.ok && posted.suggested !== undefined) return showPage(c, account, posted)
      const errors = await faultsOf(c, account, posted)
      if (errors !== null || !posted.ok) return refuse(errors ?? {})

      const { localPart, domain, password } = posted.value
      const quotaBytes = readQuota(config, quotaOf(posted.value) ?? '')
      if (quotaBytes === 'out_of_range') return refuse({ quotaMegabytes: t.mailboxes.quotaOutOfRange })

      const wanted = { localPart, domain, password, quotaBytes }
      const { outcome, waitSeconds } = await orTooMany(account.id, () => createMailbox(deps, account, wanted))
      if (waitSeconds !== undefined) return refuse({ localPart: tooMany(c, waitSeconds) }, 429)
      const showMade = (id: number) => {
        if (!isHtmx(c)) return seeOther(c, '/mailboxes')
        closePanel(c, '/mailboxes')
        return showPage(c, account, undefined, id)
      }
      switch (outcome.refused) {
        case undefined:
          return showMade(outcome.done)
        case 'yours': {
          const twice = await attempt(
            [{ limit: wrongPasswords, key: `${localPart}@${domain}` }],
            () => findSame(deps, account.id, wanted),
            (id) => id === null,
          )
          if (twice.waitSeconds !== undefined) return refuse({ localPart: tooMany(c, twice.waitSeconds) }, 429)
          if (twice.outcome !== null) return showMade(twice.outcome)
          c.get('security')({ act: 'mailbox password', outcome: 'refused' })
          return refuse({ localPart: t.mailboxes.refusals.yours })
        }
        case 'quota':
          return refuse({ quotaMegabytes: t.mailboxes.quotaOutOfRange })
        case 'address_too_long':
          return refuse({ localPart: t.fields.tooLong })
        case 'domain':
          return refuse({ domain: t.mailboxes.refusals.domain })
        default:
          return refuse({ localPart: t.mailboxes.refusals[outcome.refused] })
      }
    })

    .get('/mailboxes/new', async (c) => {
      const account = requireAccount(c)
      if (!isHtmx(c)) return showPage(c, account, {}, undefined, 200)
      const list = await readMailboxList(pool, config, account)
      const body = <OpenedMailbox t={c.get('t')} list={list} quota={quota} />
      return render(c, { title: c.get('t').mailboxes.title, body })
    })

    .get('/mailboxes/preview', async (c) => {
      const account = requireAccount(c)
      const t = c.get('t')
      const localPart = normaliseLocalPart(c.req.query('localPart') ?? '').slice(0, 80)
      const fault = findLocalPartFault(localPart, rules)
      const domain = queryText(c, 'domain').toLowerCase()
      const address = `${localPart}@${domain}`
      const mayCreate = fault === null && (await mayUse(pool, config.mapping, account, [domain]))
      const verdict = mayCreate ? await checkAddress(account.id, address) : null

      return render(c, {
        title: t.mailboxes.title,
        body: (
          <>
            {localPart !== '' && (
              <AddressPreview
                t={t}
                address={address}
                fault={fault && t.fields[faultMessage(fault, rules)]}
                verdict={verdict}
              />
            )}
          </>
        ),
      })
    })

    .get('/mailboxes/:id', async (c) => {
      const entry = await findOwnedEntry(pool, config, requireAccount(c).id, c.req.param('id'))
      // Deleted while its card was polling: reload the page without it.
      if (entry === null) c.header('HX-Refresh', 'true')
      return renderMailbox(c, requireFound(entry))
    })

    .get('/mailboxes/:id/creation', async (c) => {
      const entry = await findEntry(requireAccount(c), c.req.param('id'))
      return mayBeSetUp(entry) ? showSetUp(c, entry) : renderMailbox(c, entry)
    })

    .post('/mailboxes/:id/creation', async (c) => {
      const account = requireActor(c)
      const find = () => findEntry(account, c.req.param('id'))
      const entry = await find()
      if (!mayBeSetUp(entry)) return showChanged(c, find)

      const posted = await parseForm(c, newPasswordForm)
      if (!posted.ok && posted.suggested !== undefined) return showSetUp(c, entry, posted)
      const fault = passwordFault(c.get('t'), posted.valid.password, entry.address)
      const errors = allErrors(newPasswordForm, posted, { password: fault })
      if (errors !== null || !posted.ok) return showSetUp(c, entry, { errors: errors ?? {} })

      await setUpAgain(deps, account, entry, posted.value.password)
      return showChanged(c, find)
    })
}
