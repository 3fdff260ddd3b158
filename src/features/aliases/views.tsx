import type { Child, FC } from 'hono/jsx'
import type { Alias } from '../../db/mail/aliases.ts'
import type { Messages } from '../../i18n/languages.ts'
import { AddressField } from '../../ui/address-field.tsx'
import { AddressPreview } from '../../ui/address-preview.tsx'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, firstWrong } from '../../ui/field.tsx'
import { PlusIcon } from '../../ui/icons.tsx'
import { addressOf } from '../../ui/lists.tsx'
import { MailboxCard, swapCard } from '../../ui/mailbox-row.tsx'
import type { AliasFormState } from './form.ts'
import { mostShown, type AliasPanel } from './panel.ts'

type WithMessages = { t: Messages }
type OfMailbox = WithMessages & { mailboxId: number }
type OfAlias = OfMailbox & { alias: Pick<Alias, 'address' | 'shared'> }

export const aliasesPath = (mailboxId: number): string => `/mailboxes/${mailboxId}/aliases`
const aliasPath = (mailboxId: number, address: string): string =>
  `${aliasesPath(mailboxId)}/${encodeURIComponent(address)}`

type OpenRow = { address: string; row: Child }

/** In the place of the mailbox's row: its aliases, and the form for another. */
export const Aliases: FC<
  WithMessages & {
    panel: AliasPanel
    form?: AliasFormState | undefined
    notice?: string
    done?: string | undefined
    /** the address of the alias that was just added */
    added?: string
    /** what stands in the place of one of the rows */
    open?: OpenRow
  }
> = ({ t, panel, form, notice, done, added, open }) => {
  const { mailbox, hindrance } = panel
  return (
    <MailboxCard entry={mailbox}>
      <div class="card-head">
        <h2 class="address">{mailbox.address}</h2>
        <AliasCount t={t} panel={panel} />
      </div>
      <p class="lead">{t.aliases.intro}</p>
      {done && <Alert kind="good">{done}</Alert>}
      {notice && <Alert kind="bad">{notice}</Alert>}
      {hindrance && !notice && <Alert kind="info">{t.aliases.refusals[hindrance]}</Alert>}
      {!hindrance && <NewAlias t={t} panel={panel} form={form} again={done !== undefined} />}
      <FindAlias t={t} panel={panel} />
      <AliasList t={t} panel={panel} added={added} open={open} />
      <div class="actions">
        <a class="button quiet" href="/mailboxes" data-cancel {...swapCard(`/mailboxes/${mailbox.id}`)}>
          {t.aliases.back}
        </a>
      </div>
    </MailboxCard>
  )
}

/** @param swapped in an answer about something else, which it comes along with */
export const AliasCount: FC<WithMessages & { panel: AliasPanel; swapped?: boolean }> = ({ t, panel, swapped }) => (
  <p class="count" id={`mailbox-${panel.mailbox.id}-count`} hx-swap-oob={swapped ? 'true' : undefined}>
    {t.aliases.title} {t.aliases.count(panel.count, panel.limit)}
  </p>
)

const fewEnough = 8

const FindAlias: FC<WithMessages & { panel: AliasPanel }> = ({ t, panel }) => {
  if (panel.count <= fewEnough) return null

  const path = aliasesPath(panel.mailbox.id)
  const list = `#mailbox-${panel.mailbox.id}-aliases`
  const swap = { 'hx-get': path, 'hx-target': list, 'hx-select': list }
  return (
    <form role="search" method="get" action={path}>
      <Field
        name="find"
        id={`mailbox-${panel.mailbox.id}-find`}
        type="search"
        label={t.aliases.find}
        hint={t.aliases.findHint}
        value={panel.wanted}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        {...swap}
        hx-trigger="input changed delay:200ms"
      >
        <Button kind="secondary">{t.aliases.findSubmit}</Button>
      </Field>
    </form>
  )
}

type AliasListProps = WithMessages & { panel: AliasPanel; added?: string | undefined; open?: OpenRow | undefined }

const AliasList: FC<AliasListProps> = ({ t, panel, added, open }) => {
  const { mailbox, found, wanted, count, hindrance } = panel
  const shown = found.slice(0, mostShown)
  return (
    <div id={`mailbox-${mailbox.id}-aliases`}>
      {count === 0 && <p class="empty">{t.aliases.empty}</p>}
      {wanted !== '' && <p role="status">{t.aliases.matches(found.length)}</p>}
      {found.length > mostShown && <p class="hint">{t.aliases.more(mostShown, found.length)}</p>}
      {found.length > 0 && (
        <ul class="aliases">
          {!shown.some(({ address }) => address === open?.address) && open?.row}
          {shown.map((alias) =>
            alias.address === open?.address ? (
              open.row
            ) : (
              <AliasRow
                t={t}
                mailboxId={mailbox.id}
                alias={alias}
                fixed={hindrance !== null}
                added={alias.address === added}
              />
            ),
          )}
        </ul>
      )}
    </div>
  )
}

const rowId = (address: string): string => `alias-${address}`
/** The frame that a row and the forms in its place share. */
const rowFrame = (address: string) => ({ id: rowId(address), class: 'alias', tabindex: -1 })
const swapRow = (path: string) => ({ 'hx-get': path, 'hx-target': 'closest li' })

/**
 * One alias. Flat, since there may be a hundred of them.
 * @param replaced the address before, which the page still knows the row by
 */
export const AliasRow: FC<OfAlias & { fixed?: boolean; added?: boolean; replaced?: string }> = ({
  t,
  mailboxId,
  alias: { address, shared },
  fixed = false,
  added = false,
  replaced,
}) => {
  const path = aliasPath(mailboxId, address)
  return (
    <li id={rowId(replaced ?? address)} class={added ? 'alias changed' : 'alias'} tabindex={-1}>
      <span class="address">{address}</span>
      {shared && <span class="hint">{t.aliases.shared}</span>}
      {!fixed && (
        <span class="actions">
          {!shared && (
            <a
              class="button quiet"
              href={`${path}/name`}
              aria-label={t.aliases.renameOf(address)}
              autofocus={replaced !== undefined}
              hx-get={`${path}/name`}
              hx-target="closest li"
            >
              {t.aliases.rename}
            </a>
          )}
          <a
            class="button quiet"
            href={`${path}/removal`}
            aria-label={shared ? t.aliases.leaveOf(address) : t.aliases.removeOf(address)}
            hx-get={`${path}/removal`}
            hx-target="closest li"
          >
            {shared ? t.aliases.leave : t.aliases.remove}
          </a>
        </span>
      )}
      {replaced !== undefined && (
        <span class="hint" role="status">
          {t.aliases.renamed(address)}
        </span>
      )}
    </li>
  )
}

/** In the place of an alias that is gone. */
export const RemovedAlias: FC<OfAlias> = ({ t, alias: { address, shared } }) => (
  <li {...rowFrame(address)}>
    <span class="hint" role="status">
      {shared ? t.aliases.left(address) : t.aliases.removed(address)}
    </span>
  </li>
)

/** In the place of the row: another name for the alias. */
export const RenameAlias: FC<OfAlias & { domains: string[]; form?: AliasFormState | undefined; notice?: string }> = ({
  t,
  mailboxId,
  alias: { address },
  domains,
  form,
  notice,
}) => {
  const path = aliasPath(mailboxId, address)
  const at = address.lastIndexOf('@')
  const typed = form?.typed ?? { localPart: address.slice(0, at), domain: address.slice(at + 1) }
  return (
    <li {...rowFrame(address)}>
      <form
        method="post"
        action={`${path}/name`}
        hx-post={`${path}/name`}
        hx-target="closest li"
        aria-label={t.aliases.renameOf(address)}
      >
        {notice && <Alert kind="bad">{notice}</Alert>}
        <AddressFields
          t={t}
          mailboxId={mailboxId}
          prefix={`alias-${address}`}
          domains={domains}
          form={{ ...form, typed }}
          focus
          renamed={address}
        />
        <div class="actions">
          <Button>{t.aliases.save}</Button>
          <a class="button quiet" href={aliasesPath(mailboxId)} data-cancel {...swapRow(path)}>
            {t.common.cancel}
          </a>
        </div>
      </form>
    </li>
  )
}

/** In the place of the row: is it to be deleted? */
export const RemoveAlias: FC<OfAlias & { notice?: string }> = ({
  t,
  mailboxId,
  alias: { address, shared },
  notice,
}) => {
  const path = aliasPath(mailboxId, address)
  return (
    <li {...rowFrame(address)}>
      <form method="post" action={`${path}/removal`} hx-post={`${path}/removal`} hx-target="closest li">
        {notice && <Alert kind="bad">{notice}</Alert>}
        <p>{shared ? t.aliases.leaveQuestion(address) : t.aliases.removalQuestion(address)}</p>
        <div class="actions">
          <Button kind="danger" autofocus>
            {shared ? t.aliases.leave : t.aliases.remove}
          </Button>
          <a class="button quiet" href={aliasesPath(mailboxId)} data-cancel {...swapRow(path)}>
            {t.common.cancel}
          </a>
        </div>
      </form>
    </li>
  )
}

/** The form for another alias, or that there can be none. @param swapped as for AliasCount */
export const NewAlias: FC<
  WithMessages & { panel: AliasPanel; form?: AliasFormState | undefined; again?: boolean; swapped?: boolean }
> = ({ t, panel: { mailbox, domains, count, limit }, form, again = false, swapped }) => {
  const section = `mailbox-${mailbox.id}-new`
  if (count >= limit) {
    return (
      <section id={section}>
        <Alert kind="info">{t.aliases.limitReached(limit)}</Alert>
      </section>
    )
  }

  const path = aliasesPath(mailbox.id)
  const swapSection = { 'hx-target': `#${section}`, 'hx-select': `#${section}` }
  return (
    <section id={section} tabindex={-1} hx-swap-oob={swapped ? 'true' : undefined}>
      <h3>
        <PlusIcon /> {t.aliases.create}
      </h3>
      <form method="post" action={path} hx-post={path} hx-target={`#mailbox-${mailbox.id}`}>
        <AddressFields
          t={t}
          mailboxId={mailbox.id}
          prefix={`mailbox-${mailbox.id}`}
          domains={domains}
          form={form}
          focus={again}
        />
        <div class="actions">
          <Button>{t.aliases.submit}</Button>
          <Button
            kind="secondary"
            formmethod="get"
            formaction={path}
            formnovalidate
            name="random"
            value="1"
            hx-get={`${path}?random=1`}
            hx-include="closest form"
            {...swapSection}
          >
            {t.aliases.suggest}
          </Button>
        </div>
      </form>
    </section>
  )
}

const AddressFields: FC<
  OfMailbox & {
    prefix: string
    domains: string[]
    form: AliasFormState | undefined
    focus: boolean
    /** the address that is being changed, and is not taken for that */
    renamed?: string
  }
> = ({ t, mailboxId, prefix, domains, form, focus, renamed }) => {
  const { errors = {}, typed = {} } = form ?? {}
  const first = firstWrong(errors) ?? (focus ? 'localPart' : undefined)
  const preview = {
    'hx-get': addressOf(`${aliasesPath(mailboxId)}/preview`, { renamed: renamed ?? '' }),
    'hx-include': 'closest form',
    'hx-target': 'next .preview',
    'hx-swap': 'innerHTML',
  }
  const localPart = (typed.localPart ?? '').trim().toLowerCase()
  return (
    <>
      <AddressField
        t={t}
        idPrefix={`${prefix}-`}
        label={t.aliases.name}
        hint={t.aliases.nameHint}
        choice={{ domains, more: false }}
        typed={typed}
        errors={errors}
        focus={first}
        preview={preview}
      />
      <p class="preview" aria-live="polite">
        {localPart !== '' && errors.localPart === undefined && errors.domain === undefined && (
          <AddressPreview t={t} address={`${localPart}@${typed.domain ?? domains[0] ?? ''}`} />
        )}
      </p>
    </>
  )
}
