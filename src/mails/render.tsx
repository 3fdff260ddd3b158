import type { HtmlEscapedString } from 'hono/utils/html'
import type { Messages } from '../i18n/languages.ts'

export interface MailContent {
  subject: string
  /** what it says, a paragraph each */
  paragraphs: string[]
  /** where to go from here; the address is shown in full */
  link?: { label: string; url: string }
}

interface RenderedMail {
  subject: string
  text: string
  html: string
}

/** A mail as plain text and as HTML, with the same words in both. Whatever is in them is text. */
export function renderMail(t: Messages, { subject, paragraphs, link }: MailContent): RenderedMail {
  const farewell = t.mails.farewell
  const text = [...paragraphs, ...(link ? [`${link.label}\n${link.url}`] : []), `-- \n${farewell}`].join('\n\n')
  // Rendered at once: there is nothing asynchronous in it.
  const page: HtmlEscapedString = (
    <html lang={t.format.locale}>
      <head>
        <meta charset="utf-8" />
        <title>{subject}</title>
      </head>
      <body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1d2b33;background:#f5f3ee">
        <div style="max-width:36em;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px">
          {paragraphs.map((paragraph) => (
            <p style="margin:0 0 16px">{paragraph}</p>
          ))}
          {link && (
            <p style="margin:0 0 16px">
              <a href={link.url}>{link.label}</a>
              <br />
              <span style="font-size:14px;color:#56636b;word-break:break-all">{link.url}</span>
            </p>
          )}
          <p style="margin:24px 0 0;font-size:14px;color:#56636b">{farewell}</p>
        </div>
      </body>
    </html>
  ) as HtmlEscapedString
  // One line: a subject is a header.
  return {
    subject: subject.replace(/\s+/g, ' ').slice(0, 200),
    text,
    html: `<!doctype html>${page.toString()}`,
  }
}
