import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MailHostError } from '../../connector/doveadm.ts'
import { holdsHome, namesMailbox, normalHome } from '../../connector/home-path.ts'
import { createMailStore, UnsafeHome, type MailStore } from '../../connector/mail-store.ts'

const taskId = '0b8f6a1e-3f0e-4c55-9d5a-0d6b0f7f4c11'
const mailbox = 'ada@example.org'
const now = new Date('2026-05-04T03:02:01Z')
const day = 86_400_000
let base: string
let root: string
let home: string
let quarantine: string
let store: MailStore
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'colombier-store-')))
  root = join(base, 'mail')
  home = join(root, 'example.org/ada')
  quarantine = join(base, 'mail-quarantine')
  await fill(home)
  store = storeAt(root)
})
afterEach(() => rm(base, { recursive: true }))

const storeAt = (mailRoot: string, quarantineFolder = quarantine) =>
  createMailStore({ mailRoot, quarantineFolder, quarantineDays: 7, stateFolder: join(base, 'state') })

async function fill(folder: string) {
  await mkdir(join(folder, 'Maildir/cur'), { recursive: true })
  await writeFile(join(folder, 'Maildir/cur/letter'), 'kept')
}

/** What a delivery leaves that was deferred because the mailbox has no key yet, as Dovecot 2.4.1 does. */
async function deferDelivery(folder: string) {
  for (const each of ['cur', 'new', 'tmp']) await mkdir(join(folder, 'Maildir', each), { recursive: true })
  const files = { 'dovecot-uidlist': 51, 'dovecot-uidvalidity': 8, 'dovecot-uidvalidity.6b09ff2b': 0, 'dovecot.index.log': 40, 'dovecot.list.index.log': 140, maildirfolder: 0 } // prettier-ignore
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, 'Maildir', name), 'x'.repeat(bytes))
}

const look = async (path = home) => (await store.look(path)) ?? 'nothing'
const move = (folder: string, more: { home?: string; mailbox?: string; now?: Date } = {}) =>
  store.quarantine({ home, folder, taskId, mailbox, now, ...more })
const stores = async () => (await readdir(quarantine)).filter((name) => !name.endsWith('.json'))
const isThere = (path: string) => lstat(path).then(() => true, () => false) // prettier-ignore

describe('a store', () => {
  test('is moved whole, once, under the time of the database; what is not there is no store', async () => {
    const folder = await look()
    expect(await move(folder)).toBe(true)
    expect(await move(folder)).toBe(false)
    expect(await store.look(home)).toBe(null)
    const [name = ''] = await stores()
    expect(name).toBe(`20260504T030201Z-${taskId}-ada@example.org`)
    expect(await readdir(join(quarantine, name, 'Maildir/cur'))).toEqual(['letter'])
    expect((await lstat(quarantine)).mode & 0o777).toBe(0o700)
  })

  test('that came again within the second is moved beside the first', async () => {
    await move(await look())
    await fill(home)
    expect(await move(await look())).toBe(true)
    expect((await stores()).map((name) => name.slice(-15))).toEqual([mailbox, mailbox])
  })

  test.each([
    ['a mailbox’s', mailbox],
    ['the longest address’s', `${'a'.repeat(64)}@${'b'.repeat(185)}.example`],
    ['a stranger’s', '../../Ω\n/etc@example.org'],
  ])('has a name that fits, and the whole address beside it (%s)', async (_name, address) => {
    expect(await move(await look(), { mailbox: address })).toBe(true)

    const names = await readdir(quarantine)
    expect(names).toHaveLength(2)
    const [note = ''] = names.filter((name) => name.endsWith('.json'))
    expect(JSON.parse(await readFile(join(quarantine, note), 'utf8'))).toEqual({ mailbox: address, home })
  })

  test('is not moved when another folder has taken its place since it was looked at', async () => {
    const folder = await look()
    await rm(home, { recursive: true })
    await fill(home)

    expect(await move(folder)).toBe(false)
    expect(await isThere(join(home, 'Maildir/cur/letter'))).toBe(true)
    expect(await readdir(quarantine).catch(() => [])).toEqual([])
  })

  test('lies below a root that is itself reached over a link', async () => {
    await symlink(root, join(base, 'linked-root'))
    expect(await storeAt(join(base, 'linked-root')).look(join(base, 'linked-root/example.org/ada'))).not.toBe(null)
  })

  test.each([
    ['a slash at the end', 'example.org/ada/'],
    ['doubled slashes', '/example.org//ada'],
    ['both, many times', '//example.org///ada///'],
  ])('is the same with %s in its path', async (_name, path) => {
    const folder = await look(`${root}/${path}`)
    expect(folder).toBe(await look())
    expect(await move(folder, { home: `${root}/${path}` })).toBe(true)
    expect(await isThere(home)).toBe(false)
    const [note = ''] = (await readdir(quarantine)).filter((name) => name.endsWith('.json'))
    expect(JSON.parse(await readFile(join(quarantine, note), 'utf8'))).toEqual({ mailbox, home })
  })

  test.each([`o'brien`, 'élodie', 'жук', 'up!per#x', '-dash', 'tag+sub'])(
    'has a home that the mail host has named after %s',
    async (name) => {
      await fill(join(root, 'example.org', name))
      expect(await look(join(root, 'example.org', name))).not.toBe('nothing')
    },
  )

  test.each([
    ['a line break', 'example.org/two\nlines'],
    ['a blank', 'example.org/two words'],
    ['a quote', `example.org/it"s`],
    ['a step up', 'example.org/../../etc'],
    ['a step up at the end', 'example.org/ada/..'],
    ['a single dot', 'example.org/./ada'],
    ['a dollar', 'example.org/$HOME'],
    ['a variable', 'example.org/%{user}'],
    ['bytes that are not UTF-8', 'example.org/\ufffd'],
  ])('with %s in its path is refused', async (_, path) => {
    await expect(store.look(`${root}/${path}`)).rejects.toThrow(UnsafeHome)
    expect(await readdir(root)).toEqual(['example.org'])
  })

  test('outside the root, at the root, over a link or in place of a folder is refused', async () => {
    await symlink(join(root, 'example.org'), join(root, 'linked'))
    await writeFile(join(root, 'file'), '')
    for (const path of [
      base,
      `${root}-elsewhere/ada`,
      root,
      `${root}/`,
      `${root}/linked/ada`,
      `${root}/linked`,
      `${root}/file`,
      '/',
      '',
    ]) {
      await expect(store.look(path), path).rejects.toThrow(UnsafeHome)
    }
  })

  test('on another mount than the quarantine is refused before anything is done', async () => {
    // /dev/shm is a file system of its own on every Linux.
    const shared = await mkdtemp('/dev/shm/colombier-store-')
    try {
      await expect(storeAt(root, join(shared, 'quarantine')).look(home)).rejects.toThrow('another mount')
      expect(await readdir(shared)).toEqual([])
    } finally {
      await rm(shared, { recursive: true })
    }
  })
})

describe('a quarantine is not used', () => {
  const refusal = async (folder = quarantine) => {
    const moved = storeAt(root, folder).quarantine({ home, folder: await look(), taskId, mailbox, now })
    await expect(moved).rejects.toThrow(MailHostError)
    expect(await isThere(join(home, 'Maildir/cur/letter'))).toBe(true)
  }

  test('where others may write to it', async () => {
    await mkdir(quarantine)
    await chmod(quarantine, 0o770)
    await refusal()
  })

  test('that is somebody else’s', async () => {
    await mkdir(quarantine)
    await chown(quarantine, 5000, 5000)
    await refusal()
  })

  test('that a link has put below the mail root', async () => {
    await mkdir(join(root, 'here'))
    await symlink(join(root, 'here'), join(base, 'linked'))
    await refusal(join(base, 'linked'))
  })
})

describe('a home', () => {
  test('that is empty or not there is not occupied; one that may not be moved is refused only if it is', async () => {
    await mkdir(join(root, 'example.org/empty'))
    await fill(join(base, 'elsewhere/full'))
    expect(await store.isOccupied(home)).toBe(true)
    expect(await store.isOccupied(join(root, 'example.org/empty'))).toBe(false)
    expect(await store.isOccupied(join(root, 'example.org/nobody'))).toBe(false)
    expect(await store.isOccupied('/nowhere/at all')).toBe(false)
    await expect(store.isOccupied(join(base, 'elsewhere'))).rejects.toThrow(UnsafeHome)
  })

  test('is not occupied by what a deferred delivery leaves, and that is not kept in the quarantine', async () => {
    await rm(home, { recursive: true })
    await deferDelivery(home)
    expect(await store.isOccupied(home)).toBe(false)

    expect(await move(await look())).toBe(true)
    expect(await isThere(home)).toBe(false)
    expect(await readdir(quarantine)).toEqual([])
  })

  test.each([
    ['a letter', 'Maildir/new/1', 'x'],
    ['a key', 'dovecot-attributes', 'x'],
    ['an index of letters', 'Maildir/dovecot.index.log', 'x'.repeat(2000)],
    ['a filter', '.dovecot.sieve', 'x'],
    ['a folder of its owner’s', 'Maildir/.Doctor/cur/dovecot.index.log', ''],
  ])('is occupied by %s', async (_name, file, text) => {
    await rm(home, { recursive: true })
    await deferDelivery(home)
    await mkdir(join(home, file, '..'), { recursive: true })
    await writeFile(join(home, file), text)

    expect(await store.isOccupied(home)).toBe(true)
    await move(await look())
    expect(await stores()).toHaveLength(1)
  })

  test('is occupied by a link, wherever that leads', async () => {
    await rm(home, { recursive: true })
    await mkdir(home)
    await symlink('/nowhere', join(home, 'link'))
    expect(await store.isOccupied(home)).toBe(true)
  })

  test('is remembered until it is forgotten', async () => {
    expect(await store.recallHome(taskId)).toBe(null)
    await store.rememberHome(taskId, '/srv/mail/example.org/ada', 'org_ada')
    expect(await store.recallHome(taskId)).toBe('/srv/mail/example.org/ada')
    expect(await store.recallUser(taskId)).toBe('org_ada')
    await store.forgetHome(taskId)
    expect(await store.recallHome(taskId)).toBe(null)
    expect(await store.recallUser(taskId)).toBe(null)
  })

  test('that is the same as another, or holds it, is told from a neighbour, over links too', async () => {
    expect(holdsHome('/m/a', '/m/a')).toBe(true)
    expect(holdsHome('/m/a', '/m/a/b')).toBe(true)
    expect(holdsHome('/m/a', '/m/ab')).toBe(false)
    expect(holdsHome('/m/a/b', '/m/a')).toBe(false)

    await symlink(root, join(base, 'also-mail'))
    expect(await store.holdsAny(home, [join(root, 'example.org/adam'), '/nowhere'])).toBe(false)
    expect(await store.holdsAny(home, [join(base, 'also-mail/example.org/ada')])).toBe(true)
  })

  test('has one way to be written', () => {
    for (const path of ['/m/a', '/m/a/', '//m///a//']) expect(normalHome(path)).toBe('/m/a')
    expect(normalHome('/')).toBe('/')
    expect(normalHome('//')).toBe('/')
  })

  test('names its mailbox in the usual paths, and not in others', () => {
    for (const path of ['/m/example.org/ada', '/m/example.org/a/d/a/ada-2024.01.01.10.00.00', '/m/ada@example.org']) {
      expect(namesMailbox(path, mailbox), path).toBe(true)
    }
    for (const path of [
      '/m/example.org/ben',
      '/m/example.net/ada',
      '/m/1042',
      '/m/example.org',
      '/m/example.org/adam',
    ]) {
      expect(namesMailbox(path, mailbox), path).toBe(false)
    }
  })
})

describe('the quarantine', () => {
  const dueNames = async (at: Date) => (await store.listDue(at)).flatMap(({ names }) => names)

  test('gives up what is older than its days, the oldest first, and nothing that was not put there', async () => {
    const names = [
      `20200102T000000Z-${taskId}-${mailbox}`,
      `20200101T000000Z-${taskId}-${mailbox}`,
      `29990101T000000Z-${taskId}-${mailbox}`,
      '20200101T000000Z-by-hand',
      'letters',
    ]
    for (const name of names) await fill(join(quarantine, name))
    await writeFile(join(quarantine, `20200103T000000Z-${taskId}.json`), '{}')

    const due = await store.listDue(now)
    expect(due.flatMap((one) => one.names)).toEqual([names[1], names[0], `20200103T000000Z-${taskId}.json`])
    for (const one of due) await store.discard(one)
    expect(await readdir(quarantine)).toEqual(names.slice(2).sort())
  })

  test('keeps a store for its days to the second, and then both it and its note go', async () => {
    await move(await look())
    expect(await dueNames(new Date(now.getTime() + 7 * day - 1000))).toEqual([])
    const due = await store.listDue(new Date(now.getTime() + 7 * day))
    expect(due).toHaveLength(1)
    for (const one of due) await store.discard(one)
    expect(await readdir(quarantine)).toEqual([])
  })

  test('removes what a link in a store is, and nothing that it leads to', async () => {
    await fill(join(base, 'outside'))
    await symlink(join(base, 'outside'), join(home, 'folder'))
    await symlink(join(base, 'outside/Maildir/cur/letter'), join(home, 'file'))
    await move(await look())
    for (const one of await store.listDue(new Date(now.getTime() + 8 * day))) await store.discard(one)

    expect(await readdir(quarantine)).toEqual([])
    expect(await readFile(join(base, 'outside/Maildir/cur/letter'), 'utf8')).toBe('kept')
  })

  test('removes a tree that is deeper than a path can be long', async () => {
    const name = 'deep'.repeat(50)
    for (let round = 0; round < 3; round++) {
      const above = join(home, 'above', ...Array.from({ length: 15 }, () => name))
      await mkdir(above, { recursive: true })
      await rename(join(home, name), join(above, name)).catch(() => undefined)
      await rename(join(home, 'above', name), join(home, name))
    }
    await move(await look())
    for (const one of await store.listDue(new Date(now.getTime() + 8 * day))) await store.discard(one)
    expect(await readdir(quarantine)).toEqual([])
  })
})

/**
 * A program that for ever puts a link in the place of a folder, and the folder back. A star stands for whatever is
 * there.
 */
async function swap(path: string, target: string) {
  const script = `
    import { readdirSync, renameSync, symlinkSync, unlinkSync } from 'node:fs'
    const [path, target] = process.argv.slice(1)
    const attempt = (act) => { try { return act() } catch {} }
    const resolve = () => path.replace('*', () => attempt(() => readdirSync(path.split('*')[0]).find((name) => !name.endsWith('.json'))) ?? '-')
    process.stdout.write('ready')
    for (;;) {
      const folder = resolve()
      attempt(() => { renameSync(folder, folder + '.aside'); symlinkSync(target, folder) })
      attempt(() => unlinkSync(folder))
      attempt(() => renameSync(folder + '.aside', folder))
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, path, target])
  await once(child.stdout, 'data')
  return async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}

describe('while somebody puts a link in the place of a folder and the folder back, over and over', () => {
  const precious = () => readFile(join(base, 'outside/ada/Maildir/cur/letter'), 'utf8').catch(() => 'lost')
  beforeEach(() => fill(join(base, 'outside/ada')))

  test('on the way to the home, no folder is moved but the one that lies below the mail root', async () => {
    const parent = join(root, 'example.org')
    const stop = await swap(parent, join(base, 'outside'))
    let moved = 0
    try {
      // On a crowded machine few of the moves meet the folder in its place.
      for (const start = Date.now(); Date.now() - start < (moved > 10 ? 5_000 : 50_000);) {
        const done = await look().then((folder) => move(folder)).catch(() => false) // prettier-ignore
        if (done) moved++
        expect(await precious()).toBe('kept')
        for (const each of [parent, `${parent}.aside`]) await mkdir(join(each, 'ada')).catch(() => undefined)
      }
    } finally {
      await stop()
    }
    expect(moved).toBeGreaterThan(10)
  })

  test('in the place of the home, no folder is moved but the home', async () => {
    const stop = await swap(home, join(base, 'outside/ada'))
    try {
      for (let time = 0; time < 2_000; time++) {
        await look().then((folder) => move(folder)).catch(() => false) // prettier-ignore
        if (time % 10 === 0) await fill(home).catch(() => undefined)
      }
    } finally {
      await stop()
    }
    expect(await precious()).toBe('kept')
    for (const name of await stores()) expect((await lstat(join(quarantine, name))).isDirectory()).toBe(true)
  })

  test('within a store that leaves the quarantine, nothing outside it is removed', async () => {
    const stop = await swap(join(quarantine, '*/Maildir/.folder.5'), join(base, 'outside/ada'))
    try {
      for (let time = 0; time < 40; time++) {
        for (let each = 0; each < 10; each++) await fill(join(home, `Maildir/.folder.${each}`))
        await move(await look(), { now: new Date(now.getTime() + time * 1000) })
        // What is put there while the folder is being emptied is met by the next pass.
        for (let pass = 0; (await stores()).length > 0 && pass < 50; pass++) {
          for (const one of await store.listDue(new Date(now.getTime() + 9 * day))) {
            await store.discard(one).catch(() => undefined)
          }
        }
        expect(await precious()).toBe('kept')
        expect(await stores()).toEqual([])
      }
    } finally {
      await stop()
    }
  })
})
