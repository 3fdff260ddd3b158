import type { HtmlEscapedString } from 'hono/utils/html'
import type { Messages } from '../i18n/languages.ts'

export interface MailContent {
  subject: string
  /** what it says, a paragraph each */
  paragraphs: string[]
  /** where to go from here; the address is shown in full */
  link?: { label: string; url: string }
  /** why it comes to whoever reads it; by default it concerns their own account or mailbox */
  reason?: 'account' | 'request' | 'administrator'
}

interface RenderedMail {
  subject: string
  text: string
  html: string
}

// Without a table, with a border of the same colour: a program that turns colours round for the dark keeps its shape.
const button =
  'display:inline-block;padding:12px 20px;border:1px solid #1f6557;border-radius:6px;background-color:#1f6557;color:#ffffff;font-weight:600;text-decoration:none'

// A picture would have to be fetched, which mail programs ask about, or be sent along with each mail.
const mark =
  'display:inline-block;width:28px;line-height:28px;border:1px solid #1f6557;border-radius:6px;background-color:#1f6557;color:#ffffff;text-align:center'

/** A mail as plain text and as HTML, with the same words in both. Whatever is in them is text. */
export function renderMail(t: Messages, { subject, paragraphs, link, reason = 'account' }: MailContent): RenderedMail {
  // Which of them, for whoever has accounts at several.
  const host = link?.url.startsWith('http') ? new URL(link.url).host : null
  const foot = `${t.mails.farewell}. ${t.mails.reasons[reason]}`
  const text = [...paragraphs, ...(link ? [`${link.label}\n${link.url}`] : []), `-- \n${foot}`].join('\n\n')
  // Rendered at once: there is nothing asynchronous in it.
  const page: HtmlEscapedString = (
    <html lang={t.format.locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>{subject}</title>
      </head>
      <body style="margin:0;padding:16px 8px;font:16px/1.5 system-ui,sans-serif;color:#1d2b33;background-color:#f5f3ee">
        <div style="max-width:36em;margin:0 auto;padding:20px;background-color:#ffffff;border-radius:8px">
          <p style="margin:0 0 20px;padding:0 0 12px;border-bottom:2px solid #1f6557;color:#1f6557;font-weight:700">
            <span style={mark} aria-hidden="true">
              ⌂
            </span>{' '}
            {t.common.appName}
            {host !== null && (
              <>
                {' · '}
                <span style="display:inline-block">{host}</span>
              </>
            )}
          </p>
          {paragraphs.map((paragraph) => (
            <p style="margin:0 0 16px">
              {paragraph.split('\n').map((line, index) => (
                <>
                  {index > 0 && <br />}
                  {line}
                </>
              ))}
            </p>
          ))}
          {link && (
            <p style="margin:24px 0 16px">
              <a href={link.url} style={button}>
                {link.label}
              </a>
              <br />
              <span style="display:inline-block;margin-top:12px;font-size:14px;color:#56636b;word-break:break-all">
                {link.url}
              </span>
            </p>
          )}
          <p style="margin:24px 0 0;font-size:14px;color:#56636b">{foot}</p>
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
