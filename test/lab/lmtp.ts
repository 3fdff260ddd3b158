// One message to one recipient over LMTP, as a mail server hands it to Dovecot, or over SMTP, as another hands it to
// Postfix.
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * The reply that decides about the recipient: 250 delivered, 4xx try again later, 5xx refused for good.
 * @throws when the connection fails or ends before that reply.
 */
export const deliverByLmtp = (port: number, to: string, message: string | Buffer, from?: string) =>
  deliver('LHLO', port, to, message, from)

/** The same of Postfix, whose 250 is that it has the message and will deliver it. */
export const deliverBySmtp = (port: number, to: string, message: string | Buffer, host?: string) =>
  deliver('EHLO', port, to, message, undefined, host)

async function deliver(
  greeting: 'LHLO' | 'EHLO',
  port: number,
  to: string,
  message: string | Buffer,
  from = 'sender@example.net',
  host = '127.0.0.1',
): Promise<{ code: number; reply: string }> {
  const socket = connect({ host, port })
  // Without its database Dovecot takes a minute to give up.
  socket.setTimeout(120_000, () => socket.destroy(new Error('No reply in two minutes')))
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()

  async function reply(): Promise<{ code: number; reply: string }> {
    let text = ''
    for (;;) {
      const line = await lines.next()
      if (line.done) throw new Error(`The connection ended${text && ` after "${text}"`}`)
      text += (text && '\n') + line.value
      // "250-…" is followed by more, "250 …" is the last line of a reply.
      if (/^\d{3}( |$)/.test(line.value)) return { code: Number(line.value.slice(0, 3)), reply: text }
    }
  }
  async function command(line: string): Promise<{ code: number; reply: string }> {
    socket.write(`${line}\r\n`)
    return reply()
  }

  // readline does not hand on the socket's errors, so they are raced with the conversation.
  const failed = new Promise<never>((_, reject) => socket.once('error', reject))
  const conversation = async (): Promise<{ code: number; reply: string }> => {
    for (const answer of [
      await reply(),
      await command(`${greeting} localhost`),
      await command(`MAIL FROM:<${from}>`),
    ]) {
      if (answer.code >= 400) return answer
    }
    const recipient = await command(`RCPT TO:<${to}>`)
    if (recipient.code !== 250) return recipient
    const data = await command('DATA')
    if (data.code !== 354) return data

    // Latin-1 keeps every byte as it is.
    const text = Buffer.from(message).toString('latin1').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')
    socket.write(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1')
    return command('.')
  }
  try {
    return await Promise.race([conversation(), failed])
  } finally {
    socket.end('QUIT\r\n')
  }
}
