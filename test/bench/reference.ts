// What a page, or an act, is measured against: the same framework and driver with the page's questions, and without
// cookie, page and log. Its settings are the web app's; PAGE_ACCOUNT and PAGE_MAILBOX say whose page it is,
// PAGE_SESSION by which session, PAGE_HASH by which password.
import { serve } from '@hono/node-server'
import { verify } from 'argon2'
import { Hono } from 'hono'
import { createPool, type RowDataPacket } from 'mysql2/promise'

const env = process.env
const pool = createPool({
  host: env['DATABASE_HOST'] ?? '',
  port: Number(env['DATABASE_PORT']),
  user: env['DATABASE_USER'] ?? '',
  password: env['DATABASE_PASSWORD'] ?? '',
  database: env['DATABASE_NAME'] ?? '',
})
const session = Buffer.from(env['PAGE_SESSION'] ?? '', 'hex')
const findSession = () =>
  pool.execute<RowDataPacket[]>(
    `SELECT a.* FROM colombier_sessions s JOIN colombier_accounts a ON a.id = s.account_id
     WHERE s.id_hash = ? AND s.expires_at > UTC_TIMESTAMP(6)`,
    [session],
  )

const app = new Hono()
  .get('/mailboxes', async (c) => {
    const [[account]] = await findSession()
    const [own] = await pool.execute<RowDataPacket[]>(
      'SELECT id, address, locks FROM colombier_mailboxes WHERE account_id = ? ORDER BY address',
      [account?.['id']],
    )
    const [rows] = await pool.query<RowDataPacket[]>(
      'SELECT email, quota, active FROM virtual_users WHERE email IN (?)',
      [own.map(({ address }) => String(address))],
    )
    return c.text(String(rows.length))
  })
  .get('/aliases', async (c) => {
    const [[account]] = await findSession()
    const [[own]] = await pool.execute<RowDataPacket[]>(
      'SELECT id, address FROM colombier_mailboxes WHERE id = ? AND account_id = ?',
      [env['PAGE_MAILBOX'] ?? '', account?.['id']],
    )
    const [rows] = await pool.execute<RowDataPacket[]>(
      `SELECT source, destination FROM virtual_aliases
       WHERE domain_id = (SELECT id FROM virtual_domains WHERE name = 'example.org') AND destination = ?
       ORDER BY source LIMIT 51`,
      [own?.['address']],
    )
    return c.text(String(rows.length))
  })

  .post('/aliases', async (c) => {
    const { localPart, domain } = await c.req.parseBody<{ localPart: string; domain: string }>()
    await findSession()
    await pool.execute(
      `INSERT INTO virtual_aliases (domain_id, source, destination)
       VALUES ((SELECT id FROM virtual_domains WHERE name = ?), ?, 'box2@example.org')`,
      [domain, `${localPart}@${domain}`],
    )
    return c.text('added')
  })
  .post('/sign-in', async (c) => {
    const { password } = await c.req.parseBody<{ password: string }>()
    return c.text(String(await verify(env['PAGE_HASH'] ?? '', password)))
  })

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => console.log(JSON.stringify({ port })))
