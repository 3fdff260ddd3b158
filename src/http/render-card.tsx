import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { MailboxEntry } from '../mailbox/with-mail-row.ts'
import { MailboxRow } from '../ui/mailbox-row.tsx'
import type { AppContext } from './context.ts'
import { render, seeOther, type Body } from './render.tsx'
import { isHtmx } from './paths.ts'

/** A mailbox's card, or a form in its place: a fragment for htmx, a page of its own for anyone else. */
export const renderCard = (c: AppContext, entry: MailboxEntry, card: Body, status: ContentfulStatusCode = 200) =>
  render(c, { title: entry.address, status, body: <ul class="mailboxes">{card}</ul>, fragment: card })

export const renderMailbox = (c: AppContext, entry: MailboxEntry) =>
  renderCard(c, entry, <MailboxRow t={c.var.t} entry={entry} />)

/** After a POST about one mailbox: its card as it is now, or the page of all of them. */
export const showChanged = async (c: AppContext, find: () => Promise<MailboxEntry>) =>
  isHtmx(c) ? renderMailbox(c, await find()) : seeOther(c, '/mailboxes')
