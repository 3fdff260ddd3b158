import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { askBreachedService, openBreachedFile } from '../../src/lib/password/breached.ts'

const folder = mkdtempSync(join(tmpdir(), 'colombier-breached-'))
afterAll(() => rmSync(folder, { recursive: true }))

const digestOf = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()
const stolen = Array.from({ length: 1000 }, (_, number) => `stolen password ${number}`)

function write(name: string, lines: string[], end = '\n'): string {
  const path = join(folder, name)
  writeFileSync(path, lines.join(end) + end)
  return path
}

describe('a file of digests', () => {
  const digests = stolen.map(digestOf).sort()

  test.each([
    ['whole digests', digests, '\n'],
    [
      'digests with counts, and line ends of another system',
      digests.map((one, index) => `${one}:${index ** 3}`),
      '\r\n',
    ],
    ['the beginnings of digests', digests.map((one) => one.slice(0, 12)), '\n'],
    ['small letters', digests.map((one) => one.toLowerCase()), '\n'],
    ['one line', digests.slice(0, 1), '\n'],
  ])('with %s tells every password that is in it from those that are not', async (name, lines, end) => {
    const isBreached = await openBreachedFile(write(name.replaceAll(' ', '-'), lines, end))
    const expected = new Set(lines.map((line) => line.slice(0, 12).toUpperCase()))
    for (const password of stolen) {
      const isIn = expected.has(digestOf(password).slice(0, 12))
      expect([password, await isBreached(password)]).toEqual([password, isIn])
    }
    for (let number = 0; number < 200; number++) expect(await isBreached(`a dove of my own ${number}`)).toBe(false)
  })

  test('without an end to its last line it is searched to the end', async () => {
    const path = join(folder, 'no-end')
    writeFileSync(path, digests.join('\n'))
    const isBreached = await openBreachedFile(path)
    for (const password of stolen) expect(await isBreached(password)).toBe(true)
  })

  test('that is something else, or is not there, is refused at the start', async () => {
    await expect(openBreachedFile(write('words', ['password', 'letmein']))).rejects.toThrow('no list of SHA-1 digests')
    await expect(openBreachedFile(write('nothing', [''], ''))).rejects.toThrow('no list of SHA-1 digests')
    await expect(openBreachedFile(join(folder, 'gone'))).rejects.toThrow('ENOENT')
  })
})

describe('a service that is asked', () => {
  /** A service that answers so, what it was asked, and why it was not asked. */
  async function withService(
    answer: ((path: string) => string) | null,
    work: (isBreached: (password: string) => Promise<boolean>) => Promise<void>,
  ) {
    const asked: string[] = []
    const faults: unknown[] = []
    const server: Server = createServer((request, response) => {
      asked.push(`${request.url} ${String(request.headers['add-padding'])}`)
      if (answer !== null) response.end(answer(request.url ?? ''))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await work(askBreachedService(`http://127.0.0.1:${port}/range/`, (error) => faults.push(error)))
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    return { asked, faults }
  }
  const digest = digestOf('stolen password 7')

  test('hears five signs of the digest, and nothing else', async () => {
    const { asked, faults } = await withService(
      () => `${'0'.repeat(35)}:3\r\n${digest.slice(5)}:2\r\n`,
      async (isBreached) => {
        expect(await isBreached('stolen password 7')).toBe(true)
        expect(await isBreached('a dove of my own')).toBe(false)
      },
    )
    expect(asked).toEqual([
      `/range/${digest.slice(0, 5)} true`,
      `/range/${digestOf('a dove of my own').slice(0, 5)} true`,
    ])
    expect(faults).toEqual([])
  })

  test('what only pads the answer counts for nothing', async () => {
    await withService(
      () => `${digest.slice(5)}:0\r\n`,
      async (isBreached) => expect(await isBreached('stolen password 7')).toBe(false),
    )
  })

  test('that does not answer in two seconds keeps nobody waiting, and that is noted', async () => {
    const { faults } = await withService(null, async (isBreached) => {
      const began = performance.now()
      expect(await isBreached('stolen password 7')).toBe(false)
      expect(performance.now() - began).toBeGreaterThan(1900)
    })
    expect(faults).toHaveLength(1)
  })
})
