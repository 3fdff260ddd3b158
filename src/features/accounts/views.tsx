import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import type { AccountEntry } from '../../db/account-list.ts'
import type { Paged } from '../../db/page.ts'
import type { Messages } from '../../i18n/languages.ts'
import { ActionMenu } from '../../ui/action-menu.tsx'
import { Alert } from '../../ui/alert.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Email } from '../../ui/email.tsx'
import { Field, SelectField, TextField } from '../../ui/field.tsx'
import { Pager, PrefixSearch } from '../../ui/lists.tsx'
import { nameOf } from '../../ui/name-of.ts'
import { Moment } from '../../ui/moment.tsx'
import type { DomainChoice } from '../../mailbox/domains.ts'
import { TypedDomainField } from '../../ui/domain-field.tsx'
import type { DomainState, RightsState } from './form.ts'

type WithMessages = { t: Messages }
type Search = { prefix: string; after: string }
type ListProps = WithMessages & {
  page: Paged<AccountEntry>
  search: Search
  byDefault: number
  /** what stands in the place of one of the rows */
  open?: { id: number; row: Child }
}

export const Accounts: FC<ListProps> = ({ t, page, search, byDefault, open }) => (
  <section id="accounts" tabindex={-1}>
    <header class="page-head">
      <h1>{t.accounts.title}</h1>
    </header>
    <PrefixSearch t={t} path="/accounts" list="accounts" label={t.accounts.search} value={search.prefix} />
    {page.rows.length === 0 ? (
      <p class="empty">{t.lists.none}</p>
    ) : (
      <AccountTable t={t}>
        {page.rows.map((entry) =>
          entry.id === open?.id ? open.row : <AccountRow t={t} entry={entry} byDefault={byDefault} />,
        )}
      </AccountTable>
    )}
    <Pager t={t} path="/accounts" list="accounts" kept={{ q: search.prefix }} after={search.after} next={page.next} />
  </section>
)

const AccountTable: FC<PropsWithChildren<WithMessages>> = ({ t, children }) => (
  <table>
    <thead>
      <tr>
        {[
          t.accounts.email,
          t.accounts.role,
          t.accounts.mailboxes,
          t.accounts.domains,
          t.accounts.lastSignIn,
          t.accounts.actions,
        ].map((label) => (
          <th scope="col">{label}</th>
        ))}
      </tr>
    </thead>
    <tbody hx-target:inherited="closest tr">{children}</tbody>
  </table>
)

/** how many domains the row of an account shows */
const mostShown = 10

type RowProps = WithMessages & { entry: AccountEntry; byDefault: number; notice?: string | undefined }

export const AccountRow: FC<RowProps> = ({ t, entry, byDefault, notice }) => {
  const path = `/accounts/${entry.id}`
  return (
    <tr id={`account-${entry.id}`} tabindex={-1}>
      <td>
        <Email class="address" address={entry.email} />
        {notice && <Alert kind="good">{notice}</Alert>}
      </td>
      <td data-label={t.accounts.role}>
        {t.roles[entry.role]} {!entry.active && <Badge kind="bad">{t.accounts.inactive}</Badge>}
      </td>
      <td data-label={t.accounts.mailboxes}>
        {t.accounts.ofLimit(t.lists.capped(entry.mailboxes), entry.mailboxLimit ?? byDefault)}
      </td>
      <td data-label={t.accounts.domains}>
        {entry.domains.slice(0, mostShown).join(', ') || t.accounts.noDomains}
        {entry.domains.length > mostShown && (
          <>
            {', '}
            <a href={`${path}/domains`} aria-label={t.accounts.allDomainsOf(entry.email)}>
              {t.accounts.allDomains}
            </a>
          </>
        )}
      </td>
      <td class="whole" data-label={t.accounts.lastSignIn}>
        {entry.lastSignInAt === null ? t.lists.never : <Moment t={t} at={entry.lastSignInAt} />}
      </td>
      <td>
        <ActionMenu t={t} of={entry.email}>
          <a
            class="button quiet"
            href={`${path}/rights`}
            hx-get={`${path}/rights`}
            aria-label={t.accounts.editOf(entry.email)}
          >
            {t.accounts.edit}
          </a>
          <a
            class="button quiet"
            href={`${path}/sessions/revocation`}
            hx-get={`${path}/sessions/revocation`}
            aria-label={nameOf(t.accounts.endSessions, entry.email)}
          >
            {t.accounts.endSessions}
          </a>
          {entry.hasSecondFactor && (
            <a
              class="button quiet"
              href={`${path}/second-factor/removal`}
              hx-get={`${path}/second-factor/removal`}
              aria-label={nameOf(t.accounts.removeFactor, entry.email)}
            >
              {t.accounts.removeFactor}
            </a>
          )}
        </ActionMenu>
      </td>
    </tr>
  )
}

type FormProps = RightsState & WithMessages & { entry: AccountEntry; byDefault: number; notice?: string | undefined }

/** In the place of the row. */
export const RightsForm: FC<FormProps> = ({ t, entry, byDefault, errors = {}, typed, notice }) => {
  const path = `/accounts/${entry.id}`
  const id = (name: string) => `account-${entry.id}-${name}`
  return (
    <tr id={`account-${entry.id}`} tabindex={-1}>
      <td colspan={6}>
        <h2>
          <Email class="address" address={entry.email} />
        </h2>
        {notice && <Alert kind="bad">{notice}</Alert>}
        <form method="post" action={`${path}/rights`} hx-post={`${path}/rights`}>
          <div class="columns">
            <SelectField
              name="role"
              id={id('role')}
              label={t.accounts.role}
              value={typed?.role ?? entry.role}
              error={errors.role}
              options={(['user', 'admin', 'super_admin'] as const).map((role) => ({
                value: role,
                label: t.roles[role],
              }))}
            />
            <Field
              name="mailboxLimit"
              id={id('limit')}
              label={t.accounts.limit}
              hint={t.accounts.limitHint(byDefault)}
              value={typed?.mailboxLimit ?? String(entry.mailboxLimit ?? '')}
              error={errors.mailboxLimit}
              inputmode="numeric"
              autocomplete="off"
            />
          </div>
          {entry.moreDomains ? (
            <p>{t.accounts.manyDomains}</p>
          ) : (
            <TextField
              name="domains"
              id={id('domains')}
              label={t.accounts.domains}
              hint={t.accounts.domainsHint}
              value={typed?.domains ?? entry.domains.join('\n')}
              error={errors.domains}
              rows={Math.min(10, entry.domains.length + 2)}
              spellcheck={false}
              autocapitalize="none"
            />
          )}
          <p>
            <a href={`${path}/domains`}>{t.accounts.oneByOne}</a>
          </p>
          <p>
            <label class="check">
              <input
                type="checkbox"
                name="active"
                value="yes"
                checked={typed === undefined ? entry.active : typed.active === 'yes'}
              />{' '}
              {t.accounts.activeLabel}
            </label>
          </p>
          <p class="hint">{t.accounts.endsSessions}</p>
          <div class="actions">
            <Button>{t.accounts.save}</Button>
            <a class="button quiet" href="/accounts" data-cancel hx-get={path}>
              {t.common.cancel}
            </a>
          </div>
        </form>
      </td>
    </tr>
  )
}

type QuestionProps = WithMessages & { entry: AccountEntry; path: string; question: string; act: string }

/** In the place of the row, before something is done that is not undone. */
const Question: FC<QuestionProps> = ({ t, entry, path, question, act }) => (
  <tr id={`account-${entry.id}`} tabindex={-1}>
    <td colspan={6}>
      <form method="post" action={path} hx-post={path}>
        <p>{question}</p>
        <div class="actions">
          <Button kind="danger" autofocus>
            {act}
          </Button>
          <a class="button quiet" href="/accounts" data-cancel hx-get={`/accounts/${entry.id}`}>
            {t.common.cancel}
          </a>
        </div>
      </form>
    </td>
  </tr>
)

export const EndSessions: FC<WithMessages & { entry: AccountEntry }> = ({ t, entry }) => (
  <Question
    t={t}
    entry={entry}
    path={`/accounts/${entry.id}/sessions/revocation`}
    question={t.accounts.endSessionsQuestion(entry.email)}
    act={t.accounts.endSessions}
  />
)

export const RemoveFactor: FC<WithMessages & { entry: AccountEntry }> = ({ t, entry }) => (
  <Question
    t={t}
    entry={entry}
    path={`/accounts/${entry.id}/second-factor/removal`}
    question={t.accounts.removeFactorQuestion(entry.email)}
    act={t.accounts.removeFactor}
  />
)

type DomainsProps = WithMessages & {
  entry: AccountEntry
  page: Paged<string>
  search: Search
  choice: DomainChoice
  form?: DomainState | undefined
}

/** The domains of one account, granted and withdrawn one by one, however many there are. */
export const GrantedDomains: FC<DomainsProps> = ({ t, entry, page, search, choice, form = {} }) => {
  const path = `/accounts/${entry.id}/domains`
  return (
    <section id="granted" tabindex={-1}>
      <header class="page-head">
        <h1 class="long">{t.accounts.domainsOf(entry.email)}</h1>
      </header>
      <form class="card" method="post" action={path}>
        <TypedDomainField
          t={t}
          name="domain"
          id="granted-domain"
          label={t.accounts.domain}
          value={form.typed?.domain}
          error={form.errors?.domain}
          domains={choice.domains}
          required
        />
        <Button>{t.accounts.grant}</Button>
      </form>
      <PrefixSearch t={t} path={path} list="granted" label={t.domains.search} value={search.prefix} />
      {page.rows.length === 0 ? (
        <p class="empty">{t.accounts.noDomains}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t.accounts.domain}</th>
              <th scope="col">{t.accounts.actions}</th>
            </tr>
          </thead>
          <tbody>
            {page.rows.map((domain) => (
              <tr>
                <td>
                  <bdi class="address">{domain}</bdi>
                </td>
                <td>
                  <form method="post" action={`${path}/${encodeURIComponent(domain)}/withdrawal`}>
                    <Button kind="quiet" aria-label={t.accounts.withdrawOf(domain)}>
                      {t.accounts.withdraw}
                    </Button>
                  </form>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Pager t={t} path={path} list="granted" kept={{ q: search.prefix }} after={search.after} next={page.next} />
      <p class="hint">{t.accounts.endsSessions}</p>
      <p>
        <a href={`/accounts/${entry.id}`}>{t.accounts.backTo(entry.email)}</a>
      </p>
    </section>
  )
}
