// One pass over the outbox in a process of its own: node --import tsx test/jobs/send-outbox.ts SMTP_PORT, with the
// database in DATABASE_*. Waits for a line on its standard input, so that several can begin together.
import { once } from 'node:events'
import { createPool } from 'mysql2/promise'
import { sendOutbox } from '../../src/jobs/outbox.ts'
import { createLog } from '../../src/lib/log.ts'
import { createMailer } from '../../src/lib/mailer.ts'

const { env } = process
const db = createPool({
  host: env['DATABASE_HOST'],
  port: Number(env['DATABASE_PORT']),
  user: env['DATABASE_USER'],
  password: env['DATABASE_PASSWORD'],
  database: env['DATABASE_NAME'],
})
const mailer = createMailer({ url: `smtp://127.0.0.1:${process.argv[2] ?? ''}`, from: 'noreply@example.org' })
await db.query('SELECT 1')
process.stdout.write('ready\n')
await once(process.stdin, 'data')
await sendOutbox({
  db,
  secrets: { sessionSecrets: ['for tests only, and long enough to pass'] },
  mailer,
  log: createLog(),
})
await db.end()
process.exit(0)
