// Puts a mail into a mailbox of the running demo, as a mail server would: node --import tsx test/demo/mail.ts ADDRESS
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deliverByLmtp } from '../lab/lmtp.ts'

const [address = ''] = process.argv.slice(2)
const port = Number(readFileSync(join(import.meta.dirname, '../../.demo/lmtp-port'), 'utf8'))
const subject = `A pigeon, ${new Date().toISOString()}`
const message = `From: cleo@example.net\nTo: ${address}\nSubject: ${subject}\n\nIt carried this.\n`
const { reply } = await deliverByLmtp(port, address, message)
console.log(reply)
