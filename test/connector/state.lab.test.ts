import { readdir, readFile, writeFile, mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { endOf, expectWhole, until } from './promises.ts'

const [first, second] = ['the first password', 'the second password']
let host: MailHost
beforeAll(async () => {
  host = await startMailHost()
})
afterAll(() => host.stop())

const folder = '/var/lib/colombier-connector'
const listState = async (name: string) => (await readdir(`${host.lab.root}${folder}/${name}`).catch(() => [])).sort()
const mustRun = async (...argv: string[]) => {
  const { code, stderr } = await host.lab.run(argv)
  if (code !== 0) throw new Error(stderr)
}
const change = async (address: string) => {
  await host.makeMailbox(address, first)
  await host.lab.deliver(address, makeMail('Before'))
  expect(await host.requestPassword(address, first, second)).toBe('requested')
}

describe('a disk that is full where the connector notes what it does', () => {
  const fill = '/var/lib/colombier-connector/fill'
  beforeAll(async () => {
    await mkdir(`${host.lab.root}${folder}`, { recursive: true })
    await mustRun('mount', '-t', 'tmpfs', '-o', 'size=128k,mode=700', 'tmpfs', folder)
  })
  afterAll(() => mustRun('umount', folder))

  test('leaves no half of a note, and the change is finished once there is room', async () => {
    const address = 'full.disk@example.org'
    await change(address)
    await host.lab.run(['dd', 'if=/dev/zero', `of=${fill}`, 'bs=4k'])
    const before = await listState('ending')

    const { code, stdout } = await host.connect()

    expect(code).toBe(1)
    expect(stdout).toContain('ENOSPC')
    expect(await listState('ending')).toEqual(before)
    expect(await listState('new')).toEqual([])
    expect(await host.task(address)).toMatchObject({ state: 'queued' })
    expect((await host.connect({}, ['keygen', `${folder}/a.key`])).stdout).toContain('ENOSPC')
    expect(await listState('')).not.toContain('a.key')

    await mustRun('rm', fill)
    await host.passTime()
    expect((await host.connect()).code).toBe(0)
    expect(await host.task(address)).toMatchObject({ state: 'done' })
    expect(await listState('ending')).toEqual([])
    await expectWhole(host, { address, password: second, refused: first, subjects: ['Before'] })
  })
})

describe('what cannot be read in the state folder', () => {
  const id = '0b8f6a1e-3f0e-4c55-9d5a-0d6b0f7f4c11'
  const put = async (path: string, text: string) => {
    const file = `${host.lab.root}${folder}/${path}`
    await mkdir(file.slice(0, file.lastIndexOf('/')), { recursive: true })
    await writeFile(file, text)
  }

  test.each([
    ['an empty note', id, ''],
    ['a note of zeros', id, '\0\0\0'],
    ['something else', 'ending.tar', 'letters'],
  ])('is put aside, and said once by a connector that stays up (%s)', async (_name, file, text) => {
    await put(`ending/${file}`, text)
    const connector = host.spawnConnector({}, ['run', '--watch'])
    const ended = endOf(connector)
    await until(async () => (await listState('ending')).length === 0, 'it is put aside')
    const address = `beside.${file.length}.${text.length}@example.org`
    await host.requestMailbox(address, first)
    await until(async () => (await host.task(address))['state'] === 'done', 'tasks go on')
    connector.kill('SIGTERM')
    const { output } = await ended

    expect(output.match(/"level":"error"/g)).toHaveLength(1)
    expect(output).toMatch(new RegExp(`STATE_FOLDER/ending is unreadable.*"file":"${file}"`))
    expect(await readFile(`${host.lab.root}${folder}/unreadable/ending-${file}`, 'utf8')).toBe(text)
    expect((await host.connect()).stdout).not.toContain('"level":"error"')
  })

  test('as a killed run leaves it, half written, is removed', async () => {
    for (const path of [`new/${id}`, `homes/${id}.new`]) await put(path, '/srv/ma')
    await mustRun('touch', '-d', '1 hour ago', `${folder}/new/${id}`, `${folder}/homes/${id}.new`)
    await put('new/of-now', '/srv/ma')

    expect((await host.connect()).code).toBe(0)

    expect(await listState('new')).toEqual(['of-now'])
    expect(await listState('homes')).not.toContain(`${id}.new`)
  })
})

describe('the end of a task that was ended in the database', () => {
  test('leaves no note for good where doveadm takes no such address', async () => {
    const note = '0b8f6a1e-3f0e-4c55-9d5a-0d6b0f7f4c12'
    await host.makeMailbox('any.one@example.org', first)
    for (const name of ['ending', 'homes']) {
      await mkdir(`${host.lab.root}${folder}/${name}`, { recursive: true })
      await writeFile(`${host.lab.root}${folder}/${name}/${note}`, `-A or "that"`)
    }

    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    expect(stdout).not.toContain('"level":"error"')
    expect(await listState('ending')).toEqual([])
    expect(await listState('homes')).not.toContain(note)
    expect(await listState('ended')).toContain(note)
  })

  test('is told once while doveadm is down, by a connector that stays up, and done when it is back', async () => {
    const note = '0b8f6a1e-3f0e-4c55-9d5a-0d6b0f7f4c13'
    await writeFile(`${host.lab.root}${folder}/ending/${note}`, 'any.one@example.org')
    await host.lab.stopDovecot()
    const connector = host.spawnConnector({}, ['run', '--watch'])
    let output = ''
    connector.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const ended = endOf(connector)
    await until(() => output.includes('to be forgotten later'), 'it is told')
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    expect(output.match(/to be forgotten later/g)).toHaveLength(1)

    await host.lab.startDovecot()
    await until(async () => (await listState('ended')).includes(note), 'it is done')
    connector.kill('SIGTERM')
    await ended
  })
})
