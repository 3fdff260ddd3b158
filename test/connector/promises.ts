import { readdir } from 'node:fs/promises'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { open, seal } from '../../connector/contract/seal.ts'
import { sha256Hex } from '../lab/mailbox.ts'
import { isCodeOf } from './credentials-host.ts'
import { makeMail, type MailHost, type SettledHost } from './mail-host.ts'

/** The subjects of the mails in a folder, each read whole. */
export async function readSubjects(
  host: SettledHost,
  address: string,
  password: string,
  folder = 'INBOX',
): Promise<string[]> {
  const client = await host.lab.imap(address, password)
  try {
    const { exists } = await client.mailboxOpen(folder)
    const mails = exists === 0 ? [] : await client.fetchAll('1:*', { source: true })
    return mails.map((mail) => /^Subject: (.*?)\r?$/m.exec(mail.source?.toString() ?? '')?.[1] ?? 'unreadable')
  } finally {
    await client.logout().catch(() => client.close())
  }
}

/** Every text that stands in Colombier's tables, as one. */
export async function dumpTables(host: MailHost): Promise<string> {
  const tables = await host.query(`SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_name LIKE 'colombier\\_%'`)
  expect(tables.length).toBeGreaterThan(5)
  const rows = await Promise.all(tables.map((table) => host.query(`SELECT * FROM ${String(table['name'])}`)))
  return JSON.stringify(rows)
}

/** Nothing of what was secret stands in Colombier's tables, and no task keeps anything. Call it when all have ended. */
export async function expectNoSecretsLeft(host: MailHost, passwords: string[]) {
  expect(await host.query(`SELECT id, kind FROM colombier_tasks WHERE state IN ('queued', 'running')
    OR payload IS NOT NULL OR new_hash IS NOT NULL OR lease IS NOT NULL`)).toEqual([]) // prettier-ignore
  expect(await host.query('SELECT address FROM colombier_mailboxes WHERE kept_hash IS NOT NULL')).toEqual([])
  const text = await dumpTables(host)
  const found = passwords.filter((password) => text.includes(password) || text.includes(sha256Hex(password)))
  expect(found.length).toBe(0)
  expect(text.includes('$argon2'), 'a hash of a mailbox stands in the tables of Colombier').toBe(false)
}

/** Nothing lies in the folder of passing secrets, once a run has cleared what is older than a call may last. */
export async function expectRunFolderEmpty(host: MailHost) {
  const folder = `${host.lab.root}/run/colombier-connector`
  await host.lab.run([
    'find',
    '/run/colombier-connector',
    '-type',
    'f',
    '-exec',
    'touch',
    '-d',
    '1 hour ago',
    '{}',
    '+',
  ])
  await host.connect()
  expect(await readdir(folder).catch(() => [])).toEqual([])
}

export interface Expected {
  address: string
  /** logs in, and opens the mail */
  password: string
  /** does not log in */
  refused?: string
  subjects: string[]
  /** an app password and a recovery code, which follow every change */
  credentials?: { device: string; code: string }
}

/** The mailbox is open, password and key match, all its mail is readable and new mail arrives. */
export async function expectWhole(host: MailHost, expected: Expected) {
  const { address, password, refused, subjects, credentials } = expected
  const [row] = await host.query('SELECT locks, kept_hash FROM colombier_mailboxes WHERE address = ?', [address])
  expect({ address, ...row }).toEqual({ address, locks: '', kept_hash: null })
  expect((await host.lab.deliver(address, makeMail('At last'))).code, `delivery to ${address}`).toBe(250)
  expect(await readSubjects(host, address, password), address).toEqual([...subjects, 'At last'])
  if (credentials) {
    expect(await readSubjects(host, address, credentials.device), address).toEqual([...subjects, 'At last'])
    expect(await isCodeOf(host, address, credentials.code, password), `the code of ${address}`).toBe(true)
  }
  if (refused !== undefined)
    expect(await host.lab.canLogIn(address, refused), `the other password of ${address}`).toBe(false)
}

/** Runs `work` for each item, several at a time. */
export async function inLanes<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<unknown>) {
  const rest = [...items]
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
    }),
  )
}

export async function until(condition: () => Promise<boolean> | boolean, what: string, timeoutMs = 15_000) {
  const start = Date.now()
  while (!(await condition())) {
    if (Date.now() - start > timeoutMs) throw new Error(`in vain: ${what}`)
    await sleep(15)
  }
}

/** Waits for the end of a program, and returns what it wrote. */
export async function endOf(
  child: ChildProcess,
): Promise<{ code: number | null; signal: string | null; output: string }> {
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, output }
}

/**
 * As if the deadline of the mailbox's change had gone by. The seal is bound to it, so the task is sealed anew as the
 * web app would have sealed it for that time.
 */
export async function passDeadline(host: MailHost, address: string) {
  const row = await host.task(address)
  if (row['payload'] === null) return
  const text = (column: string) => String(row[column])
  const terms = {
    id: text('id'),
    kind: 'rekey' as const,
    mailbox: address,
    requestedAt: text('requested_at'),
    notBefore: text('not_before'),
    newHash: text('new_hash'),
  }
  const { web, connector } = host.keys
  const payload = await open(
    { connectorPrivateKey: connector.privateKey, webPublicKey: web.publicKey },
    { ...terms, deadline: text('deadline') },
    text('payload'),
  )
  const deadline = text('requested_at')
  const sealed = await seal(
    { webPrivateKey: web.privateKey, connectorPublicKey: connector.publicKey },
    { ...terms, deadline },
    payload,
  )
  await host.query('UPDATE colombier_tasks SET deadline = ?, payload = ? WHERE id = ?', [deadline, sealed, terms.id])
}
