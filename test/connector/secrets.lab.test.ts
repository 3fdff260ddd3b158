import { readdir, readFile, stat } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256Hex } from '../lab/mailbox.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { dumpTables, endOf, expectNoSecretsLeft, expectRunFolderEmpty } from './promises.ts'
import { wrapDoveadm, type WrappedDoveadm } from './wrapped-doveadm.ts'

let host: MailHost
let doveadm: WrappedDoveadm
beforeAll(async () => {
  host = await startMailHost()
  doveadm = await wrapDoveadm(host.lab)
})
afterAll(() => host.stop())

const address = 'secret.keeper@example.org'
const [first, second] = ['the first password', 'the second password']

/**
 * What stands in the command lines and environments of this machine while `work` goes on, and the mode of the run
 * folder.
 */
async function watchProcesses<T>(work: Promise<T>) {
  let over = false as boolean
  const seen = new Set<string>()
  const modes = new Set<number>()
  const done = work.finally(() => (over = true))
  while (!over) {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    for (const file of pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`])) {
      const text = await readFile(file, 'latin1').catch(() => '')
      if (text.includes('doveadm') || text.includes('colombier')) seen.add(text)
    }
    const mode = await stat(`${host.lab.root}/run/colombier-connector`).catch(() => null)
    if (mode) modes.add(mode.mode & 0o777)
    await turn()
  }
  return { result: await done, seen: [...seen].join('\n'), modes: [...modes] }
}

describe('a secret is not to be found', () => {
  test('on any command line, in any environment, in any log, nor in the database afterwards', async () => {
    const secrets = [first, second, sha256Hex(first), sha256Hex(second)]
    let processes = ''
    let logs = ''
    const modes: number[] = []
    const observe = async () => {
      const { payload, new_hash: newHash } = await host.task(address)
      const [row] = await host.query('SELECT kept_hash FROM colombier_mailboxes WHERE address = ?', [address])
      for (const value of [payload, newHash, row?.['kept_hash']]) if (typeof value === 'string') secrets.push(value)
      await doveadm.clear()
      await doveadm.plan('*', 'slow')
      const watched = await watchProcesses(endOf(host.spawnConnector(doveadm.env)))
      expect(watched.result.code, watched.result.output).toBe(0)
      processes += watched.seen
      processes += (await doveadm.calls()).flatMap(({ args }) => args).join('\n')
      logs += watched.result.output
      modes.push(...watched.modes)
    }
    await host.requestMailbox(address, first)
    await observe()
    await host.lab.deliver(address, makeMail('Before'))
    await host.requestPassword(address, first, second)
    await observe()
    logs += await host.lab.log()

    expect(secrets.length).toBeGreaterThan(6)
    expect(processes).toContain('cryptokey')
    expect(processes).toContain(address)
    expect(modes.length > 0 && modes.every((mode) => mode === 0o700)).toBe(true)
    const tables = await dumpTables(host)
    // Not the values themselves: they would stand in the output of a failed test.
    for (const [where, text] of Object.entries({ processes, logs, tables })) {
      expect(secrets.filter((secret) => text.includes(secret)).length, where).toBe(0)
    }
    await expectNoSecretsLeft(host, [first, second])
    await expectRunFolderEmpty(host)
  })

  test('in what is said of a wrong key password: the mailbox is back with its old password', async () => {
    const wrong = sha256Hex('what the key really has')
    const input = `${sha256Hex(second)}\n${wrong}\n${wrong}\n`
    await host.lab.run(['doveadm', 'mailbox', 'cryptokey', 'password', '-u', address, '-O', '-N'], { input })
    await host.requestPassword(address, second, 'the third password')

    const { code, stdout, stderr } = await host.connect()

    expect(code).toBe(1)
    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'wrong_key_password' })
    expect(await host.lab.canLogIn(address, second)).toBe(true)
    expect(await host.lab.canLogIn(address, 'the third password')).toBe(false)
    const leaked = [wrong, sha256Hex(second), sha256Hex('the third password')].filter((secret) =>
      (stdout + stderr).includes(secret),
    )
    expect(leaked.length).toBe(0)
    await expectNoSecretsLeft(host, [second, 'the third password'])
  })
})
