// One message to one recipient over LMTP, as a mail server hands it to Dovecot.
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * The reply that decides about the recipient: 250 delivered, 4xx try again later, 5xx refused for good.
 * @throws when the connection fails or ends before that reply.
 */
export async function deliverByLmtp(
  port: number,
  to: string,
  message: string | Buffer,
  from = 'sender@example.net',
): Promise<{ code: number; reply: string }> {
  const socket = connect({ host: '127.0.0.1', port })
  // Without its database Dovecot takes a minute to give up.
  socket.setTimeout(120_000, () => socket.destroy(new Error('LMTP: no reply in two minutes')))
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()

  async function reply(): Promise<{ code: number; reply: string }> {
    let text = ''
    for (;;) {
      const line = await lines.next()
      if (line.done) throw new Error(`LMTP: the connection ended${text && ` after "${text}"`}`)
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
    for (const answer of [await reply(), await command('LHLO localhost'), await command(`MAIL FROM:<${from}>`)]) {
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
