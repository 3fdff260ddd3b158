import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMailStore, holdsHome, namesMailbox, UnsafeHome, type MailStore } from '../../connector/mail-store.ts'

const task = '0b8f6a1e-3f0e-4c55-9d5a-0d6b0f7f4c11'
const mailbox = 'ada@example.org'
let base: string
let root: string
let quarantine: string
let store: MailStore
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'colombier-store-')))
  root = join(base, 'mail')
  quarantine = join(base, 'mail-quarantine')
  await mkdir(join(root, 'example.org/ada/Maildir'), { recursive: true })
  await writeFile(join(root, 'example.org/ada/Maildir/letter'), 'kept')
  store = createMailStore({
    mailRoot: root,
    quarantineFolder: quarantine,
    quarantineDays: 7,
    stateFolder: join(base, 'state'),
  })
})
afterEach(() => rm(base, { recursive: true }))

describe('a store', () => {
  test('is moved whole, once, and what is not there is no store', async () => {
    const home = join(root, 'example.org/ada')
    expect(await store.quarantine(home, task, mailbox)).toBe(true)
    expect(await store.quarantine(home, task, mailbox)).toBe(false)
    const [name = ''] = await readdir(quarantine)
    expect(name).toMatch(/^\d{8}T\d{6}Z-[0-9a-f-]{36}-ada@example\.org$/)
    expect(await readdir(join(quarantine, name, 'Maildir'))).toEqual(['letter'])
  })

  test('that came again within the second is moved beside the first', async () => {
    const home = join(root, 'example.org/ada')
    await store.quarantine(home, task, mailbox)
    await mkdir(join(home, 'Maildir'), { recursive: true })
    expect(await store.quarantine(home, task, mailbox)).toBe(true)
    expect(await readdir(quarantine)).toHaveLength(2)
  })

  test('lies below a root that is itself reached over a link', async () => {
    await symlink(root, join(base, 'linked-root'))
    const linked = createMailStore({
      mailRoot: join(base, 'linked-root'),
      quarantineFolder: quarantine,
      quarantineDays: 7,
      stateFolder: join(base, 'state'),
    })
    expect(await linked.isThere(join(base, 'linked-root/example.org/ada'))).toBe(true)
  })

  test.each([
    ['a line break', 'example.org/two\nlines'],
    ['a blank', 'example.org/two words'],
    ['a quote', `example.org/it's`],
    ['a step up', 'example.org/../../etc'],
    ['a single dot', 'example.org/./ada'],
    ['a doubled slash', 'example.org//ada'],
    ['a slash at the end', 'example.org/ada/'],
    ['a dollar', 'example.org/$HOME'],
  ])('with %s in its path is refused', async (_, path) => {
    await expect(store.isThere(`${root}/${path}`)).rejects.toThrow(UnsafeHome)
    expect(await readdir(root)).toEqual(['example.org'])
  })

  test('outside the root, at the root, over a link or in place of a folder is refused', async () => {
    await symlink(join(root, 'example.org'), join(root, 'linked'))
    await writeFile(join(root, 'file'), '')
    for (const home of [
      base,
      `${root}-elsewhere/ada`,
      root,
      `${root}/linked/ada`,
      `${root}/linked`,
      `${root}/file`,
      '/',
      '',
    ]) {
      await expect(store.isThere(home), home).rejects.toThrow(UnsafeHome)
    }
  })
})

test('a home that is empty or not there is not occupied; one that may not be moved is refused only if it is', async () => {
  await mkdir(join(root, 'example.org/empty'))
  await mkdir(join(base, 'elsewhere/full'), { recursive: true })
  expect(await store.isOccupied(join(root, 'example.org/ada'))).toBe(true)
  expect(await store.isOccupied(join(root, 'example.org/empty'))).toBe(false)
  expect(await store.isOccupied(join(root, 'example.org/nobody'))).toBe(false)
  expect(await store.isOccupied('/nowhere/at all')).toBe(false)
  await expect(store.isOccupied(join(base, 'elsewhere'))).rejects.toThrow(UnsafeHome)
})

test('the purge takes what is older than its days, and nothing that it did not put there', async () => {
  const names = [
    `20200101T000000Z-${task}-${mailbox}`,
    `29990101T000000Z-${task}-${mailbox}`,
    '20200101T000000Z-by-hand',
    'letters',
  ]
  for (const name of names) await mkdir(join(quarantine, name), { recursive: true })
  await store.purge()
  expect(await readdir(quarantine)).toEqual(names.slice(1).sort())
})

test('a home is remembered until it is forgotten', async () => {
  expect(await store.recallHome(task)).toBe(null)
  await store.rememberHome(task, '/srv/mail/example.org/ada')
  expect(await store.recallHome(task)).toBe('/srv/mail/example.org/ada')
  await store.forgetHome(task)
  expect(await store.recallHome(task)).toBe(null)
})

test('homes that are the same, or one in the other, are told from neighbours', () => {
  expect(holdsHome('/m/a', '/m/a')).toBe(true)
  expect(holdsHome('/m/a', '/m/a/b')).toBe(true)
  expect(holdsHome('/m/a', '/m/ab')).toBe(false)
  expect(holdsHome('/m/a/b', '/m/a')).toBe(false)
})

test('the usual paths name their mailbox; others do not', () => {
  for (const home of ['/m/example.org/ada', '/m/example.org/a/d/a/ada-2024.01.01.10.00.00', '/m/ada@example.org']) {
    expect(namesMailbox(home, mailbox), home).toBe(true)
  }
  for (const home of ['/m/example.org/ben', '/m/example.net/ada', '/m/1042', '/m/example.org', '/m/example.org/adam']) {
    expect(namesMailbox(home, mailbox), home).toBe(false)
  }
})
