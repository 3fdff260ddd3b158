import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** As much of IMAP as it takes to log in and read: for a mailbox that was made to be tried. */

/** Where this host itself can log in. */
export interface Door {
  host: string
  port: number
  /** from the first byte; else TLS is begun where it is offered */
  isTls: boolean
}

/** The server answered otherwise than expected, or not at all. */
export class ImapError extends Error {
  override name = 'ImapError'
}

/** @returns all that is in INBOX, as it came; null when the log-in is refused @throws ImapError */
export async function readInbox({ host, port, isTls }: Door, user: string, password: string): Promise<string | null> {
  // It is this host's own, by an address that is in no certificate: whether one suits a name is not asked here.
  const secured = { rejectUnauthorized: false }
  let socket: Socket = isTls ? connectTls({ host, port, ...secured }) : connect({ host, port })
  try {
    const offered = await answered(socket, '* ')
    if (!isTls && /STARTTLS/.test(offered + (await command(socket, 'CAPABILITY')).text)) {
      if (!(await command(socket, 'STARTTLS')).isOk) throw new ImapError('it does not begin the TLS that it offers')
      socket = connectTls({ socket, ...secured })
    }
    const login = await command(socket, `LOGIN ${quoted(user)} ${quoted(password)}`)
    if (!login.isOk) {
      if (/\[AUTHENTICATIONFAILED\]/.test(login.text)) return null
      throw new ImapError(`it answers the log-in with ${/\[([A-Z]+)\]/.exec(login.text)?.[1] ?? 'an error'}`)
    }
    const opened = await command(socket, 'EXAMINE INBOX')
    if (!opened.isOk) throw new ImapError('INBOX does not open')
    if (/^\* 0 EXISTS/m.test(opened.text)) return ''
    const { isOk, text } = await command(socket, 'FETCH 1:* BODY.PEEK[]')
    if (!isOk) throw new ImapError('what is in INBOX cannot be read')
    return text
  } finally {
    socket.destroy()
  }
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

async function command(socket: Socket, words: string): Promise<{ isOk: boolean; text: string }> {
  const tag = randomBytes(8).toString('hex')
  const text = await answered(socket, `${tag} `, `${tag} ${words}\r\n`)
  return { isOk: new RegExp(`^${tag} OK`, 'm').test(text), text }
}

/** What comes up to the end of the line that begins so. */
function answered(socket: Socket, beginning: string, sent?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const end = (settle: () => void) => {
      socket.off('data', hear).off('error', fail).off('close', close).setTimeout(0)
      settle()
    }
    const fail = ({ code = 'an error' }: NodeJS.ErrnoException) =>
      end(() => reject(new ImapError(`the connection failed (${code})`)))
    const close = () => end(() => reject(new ImapError('it hung up')))
    const hear = (bytes: Buffer) => {
      text += bytes.toString('latin1')
      const at = text.startsWith(beginning) ? 0 : text.indexOf(`\n${beginning}`)
      if (at >= 0 && text.indexOf('\r\n', at + 1) > 0) end(() => resolve(text))
    }
    socket.on('data', hear).on('error', fail).on('close', close)
    socket.setTimeout(20_000, () => fail({ code: 'no answer' } as NodeJS.ErrnoException))
    if (sent !== undefined) socket.write(sent)
  })
}
