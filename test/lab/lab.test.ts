import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { activeUserdbQuery, type Lab, startLab } from './lab.ts'
import { addRow, makeMailbox, readInbox, sql } from './mailbox.ts'
import { cachedRoot } from './root.ts'

const mail = 'From: sender@example.net\nSubject: Greetings\n\nDear reader,\n.dots are kept\n'

describe('a mail host', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab()
    await makeMailbox(lab, 'ada@example.org', 'ada’s 100%{user} secret')
  })
  afterAll(() => lab.stop())

  it('delivers to a mailbox made by hand, and its owner reads the mail', async () => {
    expect((await lab.deliver('ada@example.org', mail)).code).toBe(250)
    const mails = await readInbox(lab, 'ada@example.org', 'ada’s 100%{user} secret')
    expect(mails).toEqual([expect.stringContaining('Dear reader,\r\n.dots are kept')])
  })

  it('stores that mail encrypted', () => {
    const folder = join(lab.root, 'srv/mail/example.org/ada/Maildir/new')
    const read = join(dirname(folder), 'cur')
    const files = [folder, read].flatMap((each) => readdirSync(each).map((name) => readFileSync(join(each, name))))
    expect(files).toHaveLength(1)
    expect(files[0]?.subarray(0, 9).toString()).toBe('CRYPTED\x03\x07')
    expect(files[0]?.includes('Dear reader')).toBe(false)
  })

  it('refuses a wrong password and nothing else', async () => {
    expect(await lab.canLogIn('ada@example.org', 'wrong')).toBe(false)
    expect(await lab.canLogIn('nobody@example.org', 'wrong')).toBe(false)
    expect(await lab.canLogIn('ada@example.org', 'ada’s 100%{user} secret')).toBe(true)
    await expect(lab.imap('ada@example.org', 'wrong')).rejects.toThrow('Authentication failed')
  })

  it('defers the mail of a mailbox that has no key, and refuses the mail of an unknown one', async () => {
    await addRow(lab, 'new@example.org', 'secret')
    expect(await lab.deliver('new@example.org', mail)).toMatchObject({ code: 451 })
    expect(await lab.deliver('unknown@example.org', mail)).toMatchObject({ code: 550 })
  })

  it('takes the mail of an inactive mailbox, unless its userdb query looks at the flag', async () => {
    await makeMailbox(lab, 'idle@example.org', 'secret')
    await sql(lab, 'UPDATE virtual_users SET active = 0 WHERE email = ?', ['idle@example.org'])
    expect(await lab.canLogIn('idle@example.org', 'secret')).toBe(false)
    expect((await lab.deliver('idle@example.org', mail)).code).toBe(250)

    await lab.configure({ userdbQuery: activeUserdbQuery })
    expect((await lab.deliver('idle@example.org', mail)).code).toBe(550)
  })

  it('runs programs inside and tells how they ended', async () => {
    const result = await lab.run(['sh', '-c', 'cat; echo "$WORD $USER" >&2; exit 3'], {
      input: 'hello',
      env: { WORD: 'word' },
    })
    expect(result).toEqual({ code: 3, signal: null, stdout: 'hello', stderr: 'word \n' })
    expect((await lab.run(['node', '--version'])).stdout).toMatch(/^v2\d\./)
    expect(await lab.run(['sleep', '60'], { timeoutMs: 50 })).toMatchObject({ code: null, signal: 'SIGKILL' })
  })

  it('gives the pid of the program itself', async () => {
    const child = lab.spawn(['node', '-e', 'console.log(process.pid); setInterval(() => {}, 1000)'])
    const [pid] = (await once(child.stdout ?? child, 'data')) as [Buffer]
    expect(Number(pid)).toBe(child.pid)
    child.kill('SIGKILL')
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  })

  it('defers mail while the database is away and delivers once it is back', async () => {
    await lab.stopDatabase()
    // Dovecot's new processes give up in seconds; the old ones would wait for a minute.
    await lab.configure({})
    expect((await lab.deliver('ada@example.org', mail)).code).toBe(451)
    await expect(lab.canLogIn('ada@example.org', 'wrong')).rejects.toThrow('Temporary authentication failure')

    await lab.startDatabase()
    const delivered = async () => expect((await lab.deliver('ada@example.org', mail)).code).toBe(250)
    await vi.waitFor(delivered, { timeout: 60_000 })
    expect(await lab.log()).toContain('saved mail to INBOX')
  })
})

describe('several mail hosts', () => {
  it('run at the same time and know nothing of each other', async () => {
    const labs = await Promise.all([startLab(), startLab()])
    const [one, other] = labs
    try {
      await makeMailbox(one, 'ada@example.org', 'secret')
      expect(await one.canLogIn('ada@example.org', 'secret')).toBe(true)
      expect(await other.canLogIn('ada@example.org', 'secret')).toBe(false)
      expect((await other.deliver('ada@example.org', mail)).code).toBe(550)
      expect(await sql(other, 'SELECT email FROM virtual_users')).toEqual([])
    } finally {
      await Promise.all(labs.map((lab) => lab.stop()))
    }
  })

  it('keep their data in a folder when one is given', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'lab-data-'))
    try {
      const first = await startLab({ dataFolder })
      await makeMailbox(first, 'ada@example.org', 'secret')
      await first.deliver('ada@example.org', mail)
      await first.stop()

      const again = await startLab({ dataFolder, ports: first.ports })
      expect(again.ports).toEqual(first.ports)
      expect(await readInbox(again, 'ada@example.org', 'secret')).toHaveLength(1)
      await again.stop()
    } finally {
      await rm(dataFolder, { recursive: true, force: true })
    }
  })

  it('see the folders they are given, and may not write to them', async () => {
    const from = await mkdtemp(join(tmpdir(), 'lab-bind-'))
    await writeFile(join(from, 'main.js'), 'console.log("from outside")')
    const lab = await startLab({ bind: [{ from, to: '/opt/program' }] })
    try {
      expect((await lab.run(['node', '/opt/program/main.js'])).stdout).toBe('from outside\n')
      expect((await lab.run(['touch', '/opt/program/new'])).stderr).toContain('Read-only file system')
    } finally {
      await lab.stop()
      await rm(from, { recursive: true })
    }
  })

  it('do not start with wrong SQL or a wrong configuration, and say why', async () => {
    await expect(startLab({ sql: 'CREATE NONSENSE' })).rejects.toThrow('You have an error in your SQL syntax')
    await expect(startLab({ extraConfig: 'no_such_setting = 1' })).rejects.toThrow('no_such_setting')
  })
})

describe('the end of a mail host', () => {
  it('leaves no process, no mount and no file', async () => {
    const mountsBefore = readFileSync('/proc/self/mounts', 'utf8')
    const lab = await startLab()
    lab.spawn(['sleep', '1000'], { stdio: 'ignore' })
    const namespace = mountNamespace(lab.root)
    expect(processesIn(namespace).length).toBeGreaterThan(4)
    expect(readFileSync('/proc/self/mounts', 'utf8')).toBe(mountsBefore)

    await lab.stop()
    expect(processesIn(namespace)).toEqual([])
    expect(existsSync(lab.root)).toBe(false)
    expect(readFileSync('/proc/self/mounts', 'utf8')).toBe(mountsBefore)
    expect(readdirSync(cachedRoot().mountPoint)).toEqual([])
    await lab.stop()
  })

  it('comes with the end of whoever started it, however it ended', async () => {
    const script = join(import.meta.dirname, 'hold-lab.ts')
    const owner = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [root] = (await once(owner.stdout, 'data')) as [Buffer]
    const namespace = mountNamespace(root.toString().trim())
    expect(processesIn(namespace).length).toBeGreaterThan(4)

    owner.kill('SIGKILL')
    await vi.waitFor(() => expect(processesIn(namespace)).toEqual([]), { timeout: 10_000 })
  })
})

const mountNamespace = (root: string): string => readlinkSync(join(dirname(root), 'ns/mnt'))

/** The processes that share the mount namespace, which only those of one mail host do. */
function processesIn(namespace: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      return readlinkSync(`/proc/${name}/ns/mnt`) === namespace
    } catch {
      return false // it ended meanwhile, or is a kernel thread
    }
  })
}
