import { lstat, mkdir, realpath, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { sep } from 'node:path'
import { MailHostError } from './doveadm.ts'
import { Folder, NotAFolder, openFolder, openNearest, removeTree } from './folders.ts'
import { holdsHome, isPlainHome, normalHome } from './home-path.ts'
import { createNotes } from './notes.ts'
import { codeOf } from './reason.ts'

export interface MailStoreSettings {
  /** every mailbox's home lies below it, or is not touched */
  mailRoot: string
  /** on the same mount, and not below the root */
  quarantineFolder: string
  /** for how long what was moved there is kept; 0: not at all */
  quarantineDays: number
  stateFolder: string
}

/** The home of a mailbox is not one that may be moved. Nothing was touched. The message says what is wrong with it. */
export class UnsafeHome extends Error {
  override name = 'UnsafeHome'
}

/** A store that goes to the quarantine. */
export interface Removal {
  home: string
  /** what `look` found at the home: nothing else is moved */
  folder: string
  taskId: string
  mailbox: string
  /** by the database's clock */
  now: Date
}

/** What is in the quarantine for one store: it, and the note beside it. */
export interface Quarantined {
  movedAt: Date
  names: string[]
}

// As `quarantine` names a store, and the note of the same time and task.
const stamped = /^((\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f-]{36}(?:\.\d+)?)(?:-|\.json$)/

/**
 * The mail stores on this host, and the only place that moves or removes files of theirs. A store is renamed into the
 * quarantine folder, never deleted where it is.
 */
export function createMailStore({ mailRoot, quarantineFolder, quarantineDays, stateFolder }: MailStoreSettings) {
  const homes = createNotes(stateFolder, 'homes')

  /** @returns null when there is nothing at the home. @throws UnsafeHome */
  async function openHome(home: string): Promise<Folder | null> {
    if (!isPlainHome(home)) throw new UnsafeHome('The home is not a plain absolute path')
    if (!home.startsWith(mailRoot + sep)) throw new UnsafeHome('The home is not inside MAIL_ROOT')
    let folder: Folder | null = await openFolder(mailRoot).catch((error: unknown) => {
      throw new MailHostError(`MAIL_ROOT cannot be opened (${codeOf(error)})`)
    })
    for (const name of home.slice(mailRoot.length + 1).split(sep)) {
      const parent: Folder = folder
      folder = await parent
        .open(name)
        .catch((error: unknown) => {
          if (error instanceof NotAFolder) throw new UnsafeHome('The home leads over a link, or is no folder')
          throw new MailHostError(`The home cannot be looked at (${codeOf(error)})`)
        })
        .finally(() => parent.close())
      if (folder === null) return null
    }
    return folder
  }

  /** @throws MailHostError where others could put something in its place, or it lies where homes do */
  async function openQuarantine(): Promise<Folder> {
    try {
      await mkdir(quarantineFolder, { recursive: true, mode: 0o700 })
      const folder = await openFolder(quarantineFolder)
      const wrong = await faultOfQuarantine(folder)
      if (wrong === null) return folder
      await folder.close()
      throw new MailHostError(wrong)
    } catch (error) {
      if (error instanceof MailHostError) throw error
      throw new MailHostError(`QUARANTINE_FOLDER cannot be opened (${codeOf(error)})`)
    }
  }

  async function faultOfQuarantine({ handle }: Folder): Promise<string | null> {
    const { uid, mode } = await handle.stat()
    if (uid !== process.geteuid?.() || (mode & 0o022) !== 0) return 'QUARANTINE_FOLDER can be written by others'
    const [root, quarantine] = await Promise.all([mailRoot, quarantineFolder].map((path) => realpath(path)))
    return holdsHome(root ?? '', quarantine ?? '') ? 'QUARANTINE_FOLDER lies below MAIL_ROOT' : null
  }

  /**
   * Looks at what is at the home.
   * @returns what tells this folder from any that takes its place later; null when there is none
   * @throws UnsafeHome when it is not a plain path below the mail root, leads over a link, or cannot be moved to the
   *   quarantine by a rename
   */
  async function look(home: string): Promise<string | null> {
    const folder = await openHome(normalHome(home))
    if (folder === null) return null
    try {
      const quarantine = await openNearest(quarantineFolder)
      const mount = await quarantine.mount().finally(() => quarantine.close())
      if (mount !== (await folder.mount())) throw new UnsafeHome('The home is on another mount than QUARANTINE_FOLDER')
      return await folder.identity()
    } finally {
      await folder.close()
    }
  }

  return {
    look,

    /**
     * Whether the home holds something of a mailbox: a delivery that was deferred for want of a key leaves empty folders.
     * @throws UnsafeHome when it does and may not be moved
     */
    async isOccupied(home: string): Promise<boolean> {
      const folder = await openFolder(home).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return null
        throw new UnsafeHome('The home is no folder that can be read')
      })
      if (folder === null) return false
      const occupied = await hasContent(folder).finally(() => folder.close())
      return occupied && (await look(home)) !== null
    },

    /** Whether moving the home would move one of these too, by whatever links it is known. */
    async holdsAny(home: string, others: string[]): Promise<boolean> {
      const really = (path: string) => realpath(path).catch(() => path)
      const real = await really(home)
      for (const other of others) {
        if (holdsHome(home, other) || holdsHome(real, await really(other))) return true
      }
      return false
    },

    /**
     * Renames the folder that `look` found into the quarantine, with a note beside it that says whose it was. One without
     * content is removed there at once. To be called right after the lease was asked for.
     * @returns whether it was still at the home
     */
    async quarantine({ home, folder, taskId, mailbox, now }: Removal): Promise<boolean> {
      const path = normalHome(home)
      const found = await openHome(path)
      if (found === null) return false
      try {
        if ((await found.identity()) !== folder) return false
        const quarantine = await openQuarantine()
        try {
          const { note, name } = await writeNote(quarantine, { home: path, taskId, mailbox, now })
          if (!(await moveInto(quarantine, name, found, path))) {
            await unlink(quarantine.at(note))
            return false
          }
          if (!(await hasContent(found))) {
            await removeTree(quarantine, name)
            await unlink(quarantine.at(note))
          }
          return true
        } finally {
          await quarantine.close()
        }
      } finally {
        await found.close()
      }
    },

    /** What has been in the quarantine for its days, the oldest first. Only what was put there under such a name. */
    async listDue(now: Date): Promise<Quarantined[]> {
      const found = new Map<string, Quarantined>()
      const folder = await openFolder(quarantineFolder).catch(() => null)
      if (folder === null) return []
      try {
        for await (const name of folder.names()) {
          const [, key, year = '', month, day, hour, minute, second] = stamped.exec(name) ?? []
          if (key === undefined) continue
          const movedAt = new Date(`${year}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`)
          const { names } = found.get(key) ?? { names: [] }
          found.set(key, { movedAt, names: [...names, name] })
        }
      } finally {
        await folder.close()
      }
      const oldest = now.getTime() - quarantineDays * 86_400_000
      return [...found.values()]
        .filter(({ movedAt }) => movedAt.getTime() <= oldest)
        .sort((one, other) => one.movedAt.getTime() - other.movedAt.getTime())
    },

    /** Removes a store for good, its note last. @throws what the system answers; the next time goes on from there */
    async discard({ names }: Quarantined, signal?: AbortSignal) {
      const folder = await openQuarantine()
      try {
        const isNote = (name: string) => stamped.exec(name)?.[0] === name
        for (const name of [...names].sort((one, other) => Number(isNote(one)) - Number(isNote(other)))) {
          await removeTree(folder, name, signal)
        }
      } finally {
        await folder.close()
      }
    },

    /** Keeps the home of a task's mailbox: once its row is gone, the mail host no longer knows it. */
    rememberHome: (taskId: string, home: string): Promise<void> => homes.write(taskId, home),

    /** What rememberHome kept; null when it kept nothing. */
    recallHome: async (taskId: string): Promise<string | null> => (await homes.read(taskId)) || null,

    forgetHome: (taskId: string): Promise<void> => homes.remove(taskId),
  }
}

export type MailStore = ReturnType<typeof createMailStore>

/**
 * Writes, in the quarantine, whose store this is and where it was: its name there may be a part of the address only.
 * @returns the names of note and store, which nothing else has
 */
async function writeNote(quarantine: Folder, { home, taskId, mailbox, now }: Omit<Removal, 'folder'>) {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '')
  for (let copy = 0; ; copy++) {
    // A second store of one mailbox in one second: mail that came while the first was moved.
    const key = `${stamp}-${taskId}${copy === 0 ? '' : `.${copy}`}`
    // A file's name has 255 bytes.
    const name = `${key}-${mailbox.replace(/[^a-z0-9@._+-]/g, '_').slice(0, 190)}`
    const note = `${key}.json`
    try {
      await writeFile(quarantine.at(note), `${JSON.stringify({ mailbox, home })}\n`, { mode: 0o600, flag: 'wx' })
      return { note, name }
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue
      await rm(quarantine.at(note), { force: true }).catch(() => undefined)
      throw new MailHostError(`The quarantine cannot be written (${codeOf(error)})`)
    }
  }
}

/**
 * Renames the open home, by the folder that it lies in now: where another run has moved it away and a new mailbox has its
 * path, there is nothing of its name beside it.
 * @returns false when it was not there any more
 */
async function moveInto(quarantine: Folder, name: string, home: Folder, path: string): Promise<boolean> {
  const source = home.beside(path.slice(path.lastIndexOf(sep) + 1))
  try {
    await rename(source, quarantine.at(name))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw new MailHostError(`The home cannot be moved to the quarantine (${codeOf(error)})`)
  }

  const moved = await quarantine.open(name).catch(() => null)
  const isIt = moved !== null && (await moved.identity()) === (await home.identity())
  await moved?.close()
  if (isIt) return true
  // Another folder goes back, or stays in the quarantine where its place is taken. A link has no store in it to be kept.
  await rename(quarantine.at(name), source).catch(() => (moved === null ? unlink(quarantine.at(name)) : undefined))
  throw new MailHostError('Something else was put in the place of the home while it was moved')
}

// What Dovecot writes for a mailbox that it could not deliver to: Maildir and dbox, measured on 2.4.1.
const bookkeeping =
  /^(?:dovecot(?:\.list|\.map)?\.index\.log|dovecot-uidlist|dovecot-uidvalidity(?:\.[0-9a-f]{8})?|maildirfolder)$/

/** Whether there is anything in the folder but one empty mailbox. What is too much to look through counts as content. */
async function hasContent(home: Folder): Promise<boolean> {
  let [entries, mailboxes] = [0, 0]
  const isFilled = async (folder: Folder, depth: number): Promise<boolean> => {
    for await (const name of folder.names()) {
      if (++entries > 500 || depth > 8) return true
      const found = await lstat(folder.at(name)).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return null
        throw error
      })
      if (found === null) continue
      if (!found.isDirectory()) {
        const isNothing = found.isFile() && (found.size === 0 || (found.size < 1024 && bookkeeping.test(name)))
        if (!isNothing) return true
        continue
      }
      // A folder of its own is one of the owner's, with a name that is nobody else's business.
      if ((name === 'cur' || name === 'dbox-Mails') && ++mailboxes > 1) return true
      const inner = await folder.open(name)
      if (inner !== null && (await isFilled(inner, depth + 1).finally(() => inner.close()))) return true
    }
    return false
  }
  return isFilled(home, 1)
}
