import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { nameOf } from './name-of.ts'

/** The way to somebody who can help, wherever a person is told to ask an administrator. */
export const ContactLink: FC<{ t: Messages; mailbox?: string }> = ({ t, mailbox }) => (
  <a
    href={mailbox === undefined ? '/contact' : `/contact?mailbox=${encodeURIComponent(mailbox)}`}
    aria-label={mailbox === undefined ? undefined : nameOf(t.contact.title, mailbox)}
  >
    {t.contact.title}
  </a>
)
