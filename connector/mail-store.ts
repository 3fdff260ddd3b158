import { lstat, mkdir, realpath, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { sep } from 'node:path'
import { MailHostError } from './doveadm.ts'
import { Folder, NotAFolder, openFolder, openNearest, removeTree } from './folders.ts'
import { holdsHome, isPlainHome, normalHome } from './home-path.ts'
import { createNotes } from './notes.ts'
import { codeOf } from './reason.ts'

export interface MailStoreSettings {
  /** Homes outside it are never touched. */
  mailRoot: string
  /** on the mount of `mailRoot`, but not below it */
  quarantineFolder: string
  /** how long a store stays in the quarantine; 0 means not at all */
  quarantineDays: number
  stateFolder: string
}

/** The home must not be moved, and was not. The message says why. */
export class UnsafeHome extends Error {
  override name = 'UnsafeHome'
}

/** The move of a store to the quarantine. */
export interface Removal {
  home: string
  /** What `look` returned. Any other folder at the home stays where it is. */
  folder: string
  taskId: string
  mailbox: string
  /** the database's time */
  now: Date
}

/** A store in the quarantine, with the note beside it. */
interface Quarantined {
  movedAt: Date
  names: string[]
}

// The names that `quarantine` gives to stores and their notes. The first group is what the two have in common.
const stamped = /^((\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f-]{36}(?:\.\d+)?)(?:-|\.json$)/

/**
 * The mail stores on this host. This is the only place that moves or removes their files: a store is renamed into the
 * quarantine folder, never deleted where it is.
 */
export function createMailStore({ mailRoot, quarantineFolder, quarantineDays, stateFolder }: MailStoreSettings) {
  const homes = createNotes(stateFolder, 'homes')

  /** Opens the home step by step, following no link. @returns null when there is none. @throws UnsafeHome */
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

  /** Opens the quarantine, and creates it if needed. @throws MailHostError when it is not safe to use */
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
   * Looks for a folder at the home.
   * @returns what distinguishes this folder from any that takes its place later; null when there is none
   * @throws UnsafeHome when the home is not a plain path below the mail root, leads over a link, or cannot be renamed
   *   into the quarantine
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

  const readNote = async (taskId: string) => {
    const [home = '', user = ''] = ((await homes.read(taskId)) ?? '').split('\n')
    return { home, user }
  }

  return {
    look,

    /**
     * Whether the home has content. The empty folders that a delivery leaves when it is deferred for lack of a key are
     * none.
     * @throws UnsafeHome when it has content and must not be moved
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

    /** Whether moving the home would also move one of the others, even one whose path leads over links. */
    async holdsAny(home: string, others: string[]): Promise<boolean> {
      const really = (path: string) => realpath(path).catch(() => path)
      const real = await really(home)
      for (const other of others) {
        if (holdsHome(home, other) || holdsHome(real, await really(other))) return true
      }
      return false
    },

    /**
     * Renames the folder that `look` found into the quarantine, next to a note that says whose it was. If it has no
     * content, it is removed there at once. To be called right after the lease was renewed.
     * @returns whether the folder was still at the home
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

    /** Whether a run of this task has moved a store into the quarantine. */
    async hasMoved(taskId: string): Promise<boolean> {
      const folder = await openQuarantine()
      try {
        for await (const name of folder.names()) if (stamped.exec(name)?.[1]?.includes(taskId)) return true
        return false
      } finally {
        await folder.close()
      }
    },

    /** The stores whose days in the quarantine are over, oldest first. Ignores whatever else is in there. */
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

    /** Removes a store for good, its note last. @throws the system's error; a second call continues */
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

    /**
     * Notes the home of a task's mailbox, which the mail host no longer knows once the row is gone.
     * @param user what Dovecot calls it
     */
    rememberHome: (taskId: string, home: string, user: string): Promise<void> =>
      homes.write(taskId, `${home}\n${user}`),

    /** The home that rememberHome noted; null when there is none. */
    recallHome: async (taskId: string): Promise<string | null> => (await readNote(taskId)).home || null,

    /** The user that it noted; null when there is none, as in notes of earlier versions. */
    recallUser: async (taskId: string): Promise<string | null> => (await readNote(taskId)).user || null,

    forgetHome: (taskId: string): Promise<void> => homes.remove(taskId),
  }
}

export type MailStore = ReturnType<typeof createMailStore>

/**
 * Writes a note to the quarantine that says whose the store is and where it was, since the store's name may hold only
 * part of the address.
 * @returns unused names for the store and for the note
 */
async function writeNote(quarantine: Folder, { home, taskId, mailbox, now }: Omit<Removal, 'folder'>) {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '')
  for (let copy = 0; ; copy++) {
    // One task may move two stores within a second: mail can arrive while the first is being moved.
    const key = `${stamp}-${taskId}${copy === 0 ? '' : `.${copy}`}`
    // A file name has 255 bytes at most.
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
 * Renames the open home, addressing it through its present parent. If another run has moved it away and a new mailbox
 * uses its path, that parent is the quarantine and has no entry of this name.
 * @returns false when the home was no longer there
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
  // Put it back. If its place is taken, a folder stays in the quarantine, and a link is removed.
  await rename(quarantine.at(name), source).catch(() => (moved === null ? unlink(quarantine.at(name)) : undefined))
  throw new MailHostError('Something else was put in the place of the home while it was moved')
}

// Files that Dovecot creates before it defers a delivery, with Maildir and dbox (measured on 2.4.1).
const bookkeeping =
  /^(?:dovecot(?:\.list|\.map)?\.index\.log|dovecot-uidlist|dovecot-uidvalidity(?:\.[0-9a-f]{8})?|maildirfolder)$/

/** Whether the folder holds more than one empty mailbox. A tree that is too large to search counts as content. */
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
      // A second mailbox is a folder of its owner's, and even its name is nobody else's business.
      if ((name === 'cur' || name === 'dbox-Mails') && ++mailboxes > 1) return true
      const inner = await folder.open(name)
      if (inner !== null && (await isFilled(inner, depth + 1).finally(() => inner.close()))) return true
    }
    return false
  }
  return isFilled(home, 1)
}
