import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { readMailboxList } from '../mailbox/list.ts'
import type { MailboxEntry } from '../mailbox/with-mail-row.ts'
import { MailboxListPage } from '../ui/mailbox-list.tsx'
import { MailboxRow } from '../ui/mailbox-row.tsx'
import type { AppContext, Deps } from './context.ts'
import { requireAccount } from './guards.ts'
import { closePanel, render, seeOther, type Body } from './render.tsx'
import { isHtmx } from './paths.ts'

/** How the features that have a form in the place of a mailbox's card answer. */
export function createCards({ config, pool }: Pick<Deps, 'config' | 'pool'>) {
  /** A mailbox's card, or a form in its place: a fragment for htmx, the page of all mailboxes for anyone else. */
  const renderCard = (
    c: AppContext,
    entry: Pick<MailboxEntry, 'id' | 'address'>,
    card: Body,
    status: ContentfulStatusCode = 200,
    title = entry.address,
  ) =>
    render(c, {
      title,
      status,
      fragment: card,
      body: async () => {
        const list = await readMailboxList(pool, config, requireAccount(c))
        return <MailboxListPage t={c.get('t')} list={list} open={{ id: entry.id, card }} />
      },
    })

  const renderMailbox = (c: AppContext, entry: MailboxEntry) =>
    renderCard(c, entry, <MailboxRow t={c.get('t')} entry={entry} />)

  /** After a POST about one mailbox: its card as it is now, or the page of all of them. */
  const showChanged = async (c: AppContext, find: () => Promise<MailboxEntry>) => {
    if (!isHtmx(c)) return seeOther(c, '/mailboxes')
    closePanel(c, '/mailboxes')
    return renderMailbox(c, await find())
  }

  return { renderCard, renderMailbox, showChanged }
}
