// Takes every mail that is sent to it and delivers none; the mails can be read in a browser, and are kept in a folder.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

export interface CaughtMail {
  id: number
  /** Whom the SMTP envelope named, which the headers need not say. */
  recipients: string[]
  from: string
  to: string
  subject: string
  date: Date | null
  headers: string
  text: string
  html: string
  raw: string
}

export interface CatcherOptions {
  /** Free ports when absent. */
  smtpPort?: number
  webPort?: number
  /** Where SMTP listens; 127.0.0.1 when absent. */
  host?: string
  /** Whether it offers STARTTLS, with a certificate that nobody vouches for, as Debian's Postfix does. */
  tls?: boolean
  /** Where the mails are kept as files; when absent, a temporary folder that goes at the end. */
  folder?: string
}

export interface MailCatcher {
  smtpPort: number
  webPort: number
  /** Oldest first. */
  messages(): CaughtMail[]
  /** The first mail, past or to come, that answers to it. @throws after ten seconds without one */
  waitFor(predicate: (mail: CaughtMail) => boolean, timeoutMs?: number): Promise<CaughtMail>
  /** While true, every mail is answered "451 try again later". */
  refuse(refusing: boolean): void
  stop(): Promise<void>
}

export async function startMailCatcher(options: CatcherOptions = {}): Promise<MailCatcher> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'colombier-mail-')))
  await mkdir(folder, { recursive: true })
  const names = (await readdir(folder)).filter((name) => /^\d+\.eml$/.test(name))
  const mails = await Promise.all(
    names.map(async (name) => read(Number.parseInt(name), await readFile(join(folder, name)))),
  )
  mails.sort((one, other) => one.id - other.id)
  let lastId = mails.at(-1)?.id ?? 0
  let refusing = false

  async function keep(raw: Buffer, from: string, recipients: string[], secure: boolean): Promise<void> {
    // As a mail server does at delivery; this is how the envelope outlives a restart.
    const envelope = [`Return-Path: <${from}>`, ...recipients.map((address) => `Delivered-To: ${address}`)]
    envelope.push(...(secure ? ['Received: by the catcher with ESMTPS'] : []), '')
    const whole = Buffer.concat([Buffer.from(envelope.join('\r\n')), raw])
    const id = ++lastId
    const file = join(folder, `${id}.eml`)
    await writeFile(`${file}.part`, whole)
    await rename(`${file}.part`, file)
    mails.push(await read(id, whole))
  }

  const smtp = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: !options.tls,
    disabledCommands: options.tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onRcptTo(_address, _session, done) {
      done(refusing ? Object.assign(new Error('Try again later'), { responseCode: 451 }) : null)
    },
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope
      const recipients = rcptTo.map(({ address }) => address)
      buffer(stream)
        .then((raw) => keep(raw, mailFrom ? mailFrom.address : '', recipients, session.secure))
        .then(() => done(), done)
    },
  })
  smtp.on('error', () => undefined)
  smtp.listen(options.smtpPort ?? 0, options.host ?? '127.0.0.1')
  await once(smtp.server, 'listening')

  const web = createServer((request, response) => answer(response, request.url ?? '/', mails))
  web.listen(options.webPort ?? 0, '127.0.0.1')
  await once(web, 'listening')

  return {
    smtpPort: portOf(smtp.server),
    webPort: portOf(web),
    messages: () => [...mails],

    async waitFor(predicate, timeoutMs = 10_000) {
      const deadline = Date.now() + timeoutMs
      for (;;) {
        const mail = mails.find(predicate)
        if (mail) return mail
        if (Date.now() > deadline) throw new Error(`No such mail came; ${mails.length} others did`)
        await sleep(20)
      }
    },

    refuse(value) {
      refusing = value
    },

    async stop() {
      web.closeAllConnections()
      await Promise.all([
        new Promise<void>((resolve) => smtp.close(() => resolve())),
        new Promise<void>((resolve) => web.close(() => resolve())),
      ])
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

const portOf = (server: Pick<Server, 'address'>): number => (server.address() as AddressInfo).port

async function read(id: number, whole: Buffer): Promise<CaughtMail> {
  const parsed = await simpleParser(whole, { skipTextToHtml: true, skipTextLinks: true, skipHtmlToText: true })
  const lines = parsed.headerLines.map(({ line }) => line)
  const values = (name: string) =>
    parsed.headerLines.filter(({ key }) => key === name).map(({ line }) => line.slice(line.indexOf(':') + 1).trim())
  return {
    id,
    recipients: values('delivered-to'),
    from: parsed.from?.text ?? '',
    to: values('to').join(', '),
    subject: parsed.subject ?? '',
    date: parsed.date ?? null,
    headers: lines.join('\n'),
    text: parsed.text ?? '',
    html: parsed.html || '',
    raw: whole.toString('utf8'),
  }
}

function answer(response: ServerResponse, url: string, mails: CaughtMail[]): void {
  const id = Number(/^\/(\d+)$/.exec(url)?.[1])
  const mail = mails.find((caught) => caught.id === id)
  if (!mail && url !== '/') {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('No such mail\n')
    return
  }
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
  response.end(mail ? mailPage(mail) : listPage(mails))
}

const listPage = (mails: CaughtMail[]): string => {
  const rows = [...mails].reverse().map(
    (mail) => `<tr><td><a href="/${mail.id}">${escape(mail.subject || '(no subject)')}</a></td>
      <td>${escape(mail.recipients.join(', '))}</td><td>${escape(mail.date?.toISOString() ?? '')}</td></tr>`,
  )
  return page(
    'Caught mail',
    `<table><thead><tr><th>Subject</th><th>To</th><th>Date</th></tr></thead><tbody>${rows.join('')}</tbody></table>
    ${mails.length === 0 ? '<p>None yet.</p>' : ''}`,
    '<meta http-equiv="refresh" content="5">',
  )
}

const mailPage = (mail: CaughtMail): string =>
  page(
    mail.subject,
    `<p><a href="/">All mail</a> · to ${escape(mail.recipients.join(', '))}</p>
    <pre>${withLinks(mail.text)}</pre>
    ${mail.html && `<h2>As HTML</h2><iframe sandbox="allow-popups" srcdoc="${escape(`<base target="_blank">${mail.html}`)}"></iframe>`}
    <h2>Headers</h2><pre>${escape(mail.headers)}</pre>`,
  )

const page = (title: string, body: string, head = ''): string => `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}
<title>${escape(title)}</title><style>
:root { color-scheme: light dark } body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 1rem auto; padding: 0 1rem; overflow-wrap: anywhere }
table { width: 100%; border-collapse: collapse } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8886 }
pre { white-space: pre-wrap } iframe { width: 100%; height: 44rem; border: 1px solid #8886; background: #fff }
</style></head><body><h1>${escape(title)}</h1>${body}</body></html>`

const withLinks = (text: string): string =>
  escape(text).replace(
    /https?:\/\/(?:(?!&quot;|&#39;|&lt;|&gt;)\S)+/g,
    (link) => `<a href="${link}" target="_blank">${link}</a>`,
  )

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
