import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { isForDoveadm } from '../../../connector/contract/doveadm-address.ts'
import type { Paged } from '../../db/page.ts'
import type { Messages } from '../../i18n/languages.ts'
import { domainOf } from '../../lib/addresses.ts'
import { ActionMenu } from '../../ui/action-menu.tsx'
import { AdminActions } from '../../ui/admin-actions.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { addressOf, Pager, PrefixSearch, swapList } from '../../ui/lists.tsx'
import { nameOf } from '../../ui/name-of.ts'
import { StateBadge } from '../../ui/mailbox-row.tsx'
import { stateOf } from '../../mailbox/state.ts'
import type { OwnerState } from './form.ts'
import type { DomainEntry, DomainMailbox, DomainPage, Search } from './page.ts'

type WithMessages = { t: Messages }

export const Domains: FC<WithMessages & { page: Paged<DomainEntry>; search: Search }> = ({ t, page, search }) => (
  <section id="domains" tabindex={-1}>
    <header class="page-head">
      <h1>{t.domains.title}</h1>
    </header>
    <PrefixSearch t={t} path="/domains" list="domains" label={t.domains.search} value={search.prefix} />
    {page.rows.length === 0 ? (
      <p class="empty">{search.prefix === '' ? t.domains.none : t.lists.none}</p>
    ) : (
      <table>
        <thead>
          <tr>
            {[t.domains.domain, t.domains.mailboxes, t.domains.holders, t.domains.accounts].map((label) => (
              <th scope="col">{label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.rows.map(({ name, mailboxes, holders }) => (
            <tr>
              <td>
                <a class="address" href={`/domains/${encodeURIComponent(name)}`}>
                  {name}
                </a>
              </td>
              <td data-label={t.domains.mailboxes}>{t.lists.capped(mailboxes)}</td>
              <td data-label={t.domains.holders}>
                <bdi>{holders.admins.join(', ') || t.domains.nobody}</bdi>
              </td>
              <td data-label={t.domains.accounts}>{t.domains.accountsCount(t.lists.capped(holders.accounts))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
    <Pager t={t} path="/domains" list="domains" kept={{ q: search.prefix }} after={search.after} next={page.next} />
  </section>
)

type MailboxesProps = WithMessages & {
  page: DomainPage
  search: Search & { unowned: boolean }
  mayGive: boolean
  /** what stands in the place of one of the rows */
  open?: { address: string; row: Child }
}

export const DomainMailboxes: FC<MailboxesProps> = ({ t, page: { domain, mailboxes }, search, mayGive, open }) => {
  const path = `/domains/${encodeURIComponent(domain.name)}`
  const only = search.unowned ? 'unowned' : ''
  const filters = [
    { label: t.domains.all, only: '' },
    { label: t.domains.onlyUnowned, only: 'unowned' },
  ]
  return (
    <section id="domain" tabindex={-1}>
      <header class="page-head">
        <h1>{domain.name}</h1>
        <p class="count">{t.domains.mailboxCount(domain.mailboxes)}</p>
      </header>
      <p class="facts">
        {t.domains.holders} <bdi>{domain.holders.admins.join(', ') || t.domains.nobody}</bdi>,{' '}
        {t.domains.accountsOf(domain.holders.accounts, t.lists.capped(domain.holders.accounts))}.
      </p>
      <nav class="tabs" aria-label={t.domains.filter}>
        {filters.map((filter) => {
          const address = addressOf(path, { q: search.prefix, only: filter.only })
          return (
            <a href={address} aria-current={filter.only === only ? 'page' : undefined} {...swapList(address, 'domain')}>
              {filter.label}
            </a>
          )
        })}
      </nav>
      <PrefixSearch
        t={t}
        path={path}
        list="domain"
        label={t.domains.searchMailbox}
        value={search.prefix}
        kept={search.unowned ? { only } : {}}
      />
      {mailboxes.rows.length === 0 ? (
        <p class="empty">{emptyText(t, search)}</p>
      ) : (
        <MailboxTable t={t}>
          {mailboxes.rows.map((entry) =>
            entry.address === open?.address ? open.row : <DomainMailboxRow t={t} entry={entry} mayGive={mayGive} />,
          )}
        </MailboxTable>
      )}
      <Pager
        t={t}
        path={path}
        list="domain"
        kept={{ q: search.prefix, only }}
        after={search.after}
        next={mailboxes.next}
        {...(search.unowned && { label: t.domains.seek })}
      />
    </section>
  )
}

const emptyText = (t: Messages, { prefix, unowned }: { prefix: string; unowned: boolean }): string =>
  unowned ? t.domains.noUnowned : prefix === '' ? t.domains.empty : t.lists.none

const MailboxTable: FC<PropsWithChildren<WithMessages>> = ({ t, children }) => (
  <table>
    <thead>
      <tr>
        {[
          t.domains.address,
          t.domains.state,
          t.domains.owner,
          t.domains.aliases,
          t.domains.quota,
          t.domains.actions,
        ].map((label) => (
          <th scope="col">{label}</th>
        ))}
      </tr>
    </thead>
    <tbody>{children}</tbody>
  </table>
)

const pathOf = (address: string): string =>
  `/domains/${encodeURIComponent(domainOf(address))}/mailboxes/${encodeURIComponent(address)}`

const unknown = { locks: [], lockReason: null, task: null }

// A page has fifty of these: plain elements, which cost nothing, and no attributes that are put together first.
export const DomainMailboxRow: FC<WithMessages & { entry: DomainMailbox; mayGive: boolean }> = ({
  t,
  entry: { address, mailRow, own, aliases, actions },
  mayGive,
}) => {
  const path = pathOf(address)
  const { quota } = mailRow
  const owner = own?.owner
  return (
    <tr tabindex={-1}>
      <td>
        <bdi class="address">{address}</bdi>
        {!isForDoveadm(address) && <p class="facts">{t.domains.unrunnable}</p>}
      </td>
      <td data-label={t.domains.state}>
        <StateBadge t={t} state={stateOf(own ?? unknown, mailRow)} />
      </td>
      <td data-label={t.domains.owner}>
        {owner ? <bdi>{owner}</bdi> : <Badge kind="neutral">{t.domains.unowned}</Badge>}
      </td>
      <td data-label={t.domains.aliases}>
        {aliases !== null ? t.format.number(aliases) : actions.includes('aliases') ? t.domains.aliasesUnknown : '–'}
      </td>
      <td data-label={t.domains.quota}>
        {quota === null ? '–' : quota === 'unlimited' ? t.domains.noQuota : t.format.bytes(quota)}
      </td>
      <td>
        <ActionMenu t={t} of={address}>
          {own ? (
            <AdminActions t={t} mailbox={own} mayLock={actions.includes('lock')} />
          ) : (
            actions.includes('lock') && (
              <form method="post" action={`${path}/lock`}>
                <Button kind="quiet" aria-label={nameOf(t.locks.lock, address)}>
                  {t.locks.lock}
                </Button>
              </form>
            )
          )}
          {owner && actions.includes('create') && (
            <a
              class="button quiet"
              href={`/mailboxes/${own.id}/new-start-offer`}
              aria-label={nameOf(t.newStart.offer, address)}
            >
              {t.newStart.offer}
            </a>
          )}
          {!owner && mayGive && (
            <a
              class="button quiet"
              href={`${path}/owner`}
              hx-get={`${path}/owner`}
              hx-target="closest tr"
              aria-label={nameOf(t.domains.give, address)}
            >
              {t.domains.give}
            </a>
          )}
        </ActionMenu>
      </td>
    </tr>
  )
}

/** In the place of the row: to whom an unowned mailbox is given. */
export const OwnerForm: FC<OwnerState & WithMessages & { entry: DomainMailbox }> = ({
  t,
  entry: { address },
  errors = {},
  typed = {},
}) => {
  const path = pathOf(address)
  return (
    <tr tabindex={-1}>
      <td colspan={6}>
        <form method="post" action={`${path}/owner`} hx-post={`${path}/owner`} hx-target="closest tr">
          <Field
            name="email"
            id={`owner-of-${address}`}
            type="email"
            label={t.domains.giveTo(address)}
            hint={t.domains.giveHint}
            value={typed.email}
            error={errors.email}
            autocomplete="off"
            maxlength={254}
            autofocus
            required
          />
          <div class="actions">
            <Button>{t.domains.giveSubmit}</Button>
            <a
              class="button quiet"
              href={path.slice(0, path.indexOf('/mailboxes/'))}
              data-cancel
              hx-get={path}
              hx-target="closest tr"
            >
              {t.common.cancel}
            </a>
          </div>
        </form>
      </td>
    </tr>
  )
}
