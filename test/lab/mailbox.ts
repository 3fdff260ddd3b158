// An encrypted mailbox made by hand, as an administrator would: what the connector does is compared with this.
import { createHash } from 'node:crypto'
import { createConnection } from 'mysql2/promise'
import type { Lab, RunResult } from './lab.ts'

/** What the default key password expression makes of a login password. */
export const sha256Hex = (password: string): string => createHash('sha256').update(password).digest('hex')

/** One statement in the lab's own database. */
export async function sql(lab: Lab, statement: string, values: (string | number)[] = []): Promise<unknown> {
  const connection = await createConnection(lab.database)
  try {
    const [rows] = await connection.execute(statement, values)
    return rows
  } finally {
    await connection.end()
  }
}

/** A row alone: the mailbox may log in, but has no key yet. The domain must be there. */
export async function addRow(lab: Lab, email: string, password: string): Promise<void> {
  const hash = await mustRun(lab, ['doveadm', 'pw', '-s', 'SHA512-CRYPT', '-p', password])
  await sql(
    lab,
    `INSERT INTO virtual_users (domain_id, email, password)
     SELECT id, ?, ? FROM virtual_domains WHERE name = SUBSTRING_INDEX(?, '@', -1)`,
    [email, hash.stdout.trim(), email],
  )
}

/** The first key, under a password that is thrown away, and INBOX; then the key gets the password that opens it. */
export async function makeKey(lab: Lab, email: string, keyPassword: string): Promise<void> {
  const throwaway = `crypt_user_key_password=throwaway`
  await mustRun(lab, ['doveadm', '-o', throwaway, 'mailbox', 'cryptokey', 'generate', '-u', email, '-U'])
  const changed = await mustRun(lab, ['doveadm', 'mailbox', 'cryptokey', 'password', '-u', email, '-O', '-N'], {
    input: `throwaway\n${keyPassword}\n${keyPassword}\n`,
  })
  if (!(changed.stdout + changed.stderr).includes('Changed password for 1 key(s)')) {
    throw new Error(`The key's password was not changed: ${changed.stdout}${changed.stderr}`)
  }
  const withKey = `crypt_user_key_password=${keyPassword}`
  const inbox = await lab.run(['doveadm', '-o', withKey, 'mailbox', 'create', '-u', email, 'INBOX'])
  // A deferred delivery has made INBOX already.
  if (inbox.code !== 0 && !inbox.stderr.includes('already exists')) throw new Error(`No INBOX: ${inbox.stderr}`)
}

/** A mailbox that receives and is read. */
export async function makeMailbox(lab: Lab, email: string, password: string): Promise<void> {
  await addRow(lab, email, password)
  await makeKey(lab, email, sha256Hex(password))
}

/** The text of every mail in INBOX, read over IMAP. */
export async function readInbox(lab: Lab, email: string, password: string): Promise<string[]> {
  const client = await lab.imap(email, password)
  try {
    await client.mailboxOpen('INBOX')
    const mails = await client.fetchAll('1:*', { source: true })
    return mails.map((mail) => mail.source?.toString('utf8') ?? '')
  } finally {
    await client.logout().catch(() => client.close())
  }
}

export async function mustRun(lab: Lab, argv: string[], options?: Parameters<Lab['run']>[1]): Promise<RunResult> {
  const result = await lab.run(argv, options)
  if (result.code !== 0) throw new Error(`${argv.slice(0, 3).join(' ')}: exit code ${result.code}: ${result.stderr}`)
  return result
}
