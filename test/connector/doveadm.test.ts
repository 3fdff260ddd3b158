import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDoveadm } from '../../connector/doveadm.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colombier-doveadm-'))
  await writeFile(join(folder, 'dovecot.conf'), 'dovecot_config_version = 2.4.1\n')
})
afterEach(() => rm(folder, { recursive: true }))

/** doveadm, if it answered like this. */
async function answering(script: string) {
  const program = join(folder, 'doveadm')
  await writeFile(program, `#!/bin/sh\n${script}\n`)
  await chmod(program, 0o755)
  const config = join(folder, 'dovecot.conf')
  return createDoveadm({ program, config, timeoutSeconds: 20, runFolder: join(folder, 'run') })
}

describe('the homes that doveadm tells', () => {
  test('are refused as a whole where there are too many to read', async () => {
    const doveadm = await answering('yes /srv/mail/example.org/someone-with-a-home | head -c 3000000')
    await expect(doveadm.listHomes(['ada@example.org'])).rejects.toThrow('doveadm user said more than')
  })

  test('are written in one way, and told from what it says beside them', async () => {
    const doveadm = await answering(`printf '/srv/mail//a/\\n\\n/srv/mail/b\\n'; echo '/ is full' >&2; exit 67`)
    expect(await doveadm.listHomes(['a@example.org', 'b@example.org', 'c@example.org'])).toEqual(['/srv/mail/a', '/srv/mail/b']) // prettier-ignore
  })

  test('of one user is its home alone', async () => {
    const doveadm = await answering(`echo 'Warning: /var/log is full' >&2; echo /srv/mail//a/`)
    expect(await doveadm.findHome('a@example.org')).toBe('/srv/mail/a')
  })

  test('of nobody are none, and nobody is asked for by a mask', async () => {
    const doveadm = await answering('exit 70')
    expect(await doveadm.listHomes(['*', 'a?@example.org', '-A', 'two words', ''])).toEqual([])
  })
})

test('a failed call is told by its command, not by a file among its arguments', async () => {
  const doveadm = await answering('echo "Error: no"; exit 65')
  const ready = () => Promise.resolve()
  const messages = await Promise.all(
    [
      doveadm.generateKey('ada@example.org', 'secret', ready),
      doveadm.changeKeyPassword('ada@example.org', 'one', 'other'),
      doveadm.createInbox('ada@example.org'),
      doveadm.canFindLogin('ada@example.org'),
      doveadm.findHome('ada@example.org'),
      doveadm.kick('ada@example.org'),
      doveadm.forgetLogins('ada@example.org'),
      doveadm.readConfiguration(),
    ].map((call) => call.then(String, (error: unknown) => (error instanceof Error ? error.message : ''))),
  )
  expect(messages).toEqual([
    'doveadm mailbox cryptokey generate ended with 65',
    'doveadm mailbox cryptokey password ended with 65',
    'doveadm mailbox create ended with 65',
    'doveadm auth lookup ended with 65',
    'doveadm user ended with 65',
    'doveadm kick ended with 65',
    'doveadm auth cache flush ended with 65',
    'doveadm config ended with 65',
  ])
})

test('a call that is killed is told by its command too', async () => {
  const doveadm = await answering('kill -9 $$')
  const generated = doveadm.generateKey('ada@example.org', 'secret', () => Promise.resolve())
  await expect(generated).rejects.toThrow(/^doveadm mailbox cryptokey generate was killed/)
})
