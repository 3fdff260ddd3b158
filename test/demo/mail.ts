// Puts a mail into a mailbox of the running demo, as a mail server would: node --import tsx test/demo/mail.ts ADDRESS
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { deliverByLmtp } from '../lab/lmtp.ts'

const folder = join(import.meta.dirname, '../../.demo')
const [address = ''] = process.argv.slice(2)
const port = Number(readFileSync(join(folder, 'lmtp-port'), 'utf8'))
const subject = `A pigeon, ${new Date().toISOString()}`
const message = `From: cleo@example.net\nTo: ${address}\nSubject: ${subject}\n\nIt carried this.\n`

// Where an alias leads is for Postfix to look up, and the demo has none.
process.loadEnvFile(join(folder, 'colombier.env'))
const { DATABASE_HOST, DATABASE_PORT, DATABASE_USER, DATABASE_PASSWORD, DATABASE_NAME } = process.env
const database = await createConnection({
  host: DATABASE_HOST,
  port: Number(DATABASE_PORT),
  user: DATABASE_USER,
  password: DATABASE_PASSWORD,
  database: DATABASE_NAME,
})
const [aliases] = await database.execute<(RowDataPacket & { destination: string })[]>(
  'SELECT destination FROM virtual_aliases WHERE source = ? AND active',
  [address],
)
await database.end()

for (const to of aliases.length > 0 ? aliases.map(({ destination }) => destination) : [address]) {
  const { reply } = await deliverByLmtp(port, to, message)
  console.log(`${to}: ${reply}`)
}
