import { lstat, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { MailHostError } from './doveadm.ts'

export interface MailStoreSettings {
  /** every mailbox's home lies below it, or is not touched */
  mailRoot: string
  /** on the same file system */
  quarantineFolder: string
  /** for how long what was moved there is kept; 0: not at all */
  quarantineDays: number
  stateFolder: string
}

/** The home of a mailbox is not one that may be moved. Nothing was touched. The message says what is wrong with it. */
export class UnsafeHome extends Error {
  override name = 'UnsafeHome'
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown'

const stampPattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f-]{36}-/

/**
 * The mail stores on this host, and the only place that moves or removes files of theirs. A store is renamed into the
 * quarantine folder, never deleted where it is.
 */
export function createMailStore({ mailRoot, quarantineFolder, quarantineDays, stateFolder }: MailStoreSettings) {
  const homes = join(stateFolder, 'homes')
  // An id comes from the database and becomes a file's name; it was checked when its seal was opened.
  const homeFile = (id: string) => join(homes, id.replace(/[^0-9a-f-]/g, ''))

  /**
   * Whether there is something at the home.
   * @throws UnsafeHome when it is not a plain path below the mail root, or leads over a link
   */
  async function isThere(home: string): Promise<boolean> {
    if (!/^(?:\/[A-Za-z0-9@._+=~&-]+)+$/.test(home) || /\/\.\.?(?:\/|$)/.test(home)) {
      throw new UnsafeHome('The home is not a plain absolute path')
    }
    const root = mailRoot.replace(/\/+$/, '')
    if (!home.startsWith(root + sep)) throw new UnsafeHome('The home is not inside MAIL_ROOT')

    let path = await realpath(root).catch(() => {
      throw new MailHostError('MAIL_ROOT is not there')
    })
    for (const name of home.slice(root.length + 1).split(sep)) {
      path = join(path, name)
      const found = await lstat(path).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return null
        throw new MailHostError(`The home cannot be looked at (${codeOf(error)})`)
      })
      if (found === null) return false
      if (!found.isDirectory()) throw new UnsafeHome('The home leads over a link, or is no folder')
    }
    return true
  }

  return {
    isThere,

    /** Whether the home holds anything. @throws UnsafeHome when it does and may not be moved */
    async isOccupied(home: string): Promise<boolean> {
      const names = await readdir(home).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return []
        throw new UnsafeHome('The home is no folder that can be read')
      })
      return names.length > 0 && (await isThere(home))
    },

    /** Renames the home into the quarantine, if there is one. @returns whether there was. @throws UnsafeHome */
    async quarantine(home: string, taskId: string, mailbox: string): Promise<boolean> {
      if (!(await isThere(home))) return false
      await mkdir(quarantineFolder, { recursive: true, mode: 0o700 })
      const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
      const name = `${stamp}-${taskId}-${mailbox.replace(/[^a-z0-9@._+-]/g, '_')}`
      for (let copy = 0; ; copy++) {
        try {
          await rename(home, join(quarantineFolder, copy === 0 ? name : `${name}.${copy}`))
          return true
        } catch (error) {
          const code = codeOf(error)
          if (code === 'ENOENT') return false
          // A second store of one mailbox in one second: mail that came while the first was moved.
          if (code === 'ENOTEMPTY' || code === 'EEXIST') continue
          throw new MailHostError(`The home cannot be moved to the quarantine (${code})`)
        }
      }
    },

    /** Removes what has been in the quarantine for long enough. Only what was put there under such a name. */
    async purge() {
      const oldest = Date.now() - quarantineDays * 86_400_000
      for (const name of await readdir(quarantineFolder).catch(() => [])) {
        const [, year, month, day, hour, minute, second] = stampPattern.exec(name) ?? []
        if (year === undefined) continue
        const moved = Date.parse(`${year}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`)
        if (moved <= oldest) await rm(join(quarantineFolder, name), { recursive: true, force: true })
      }
    },

    /** Keeps the home of a task's mailbox: once its row is gone, the mail host no longer knows it. */
    async rememberHome(taskId: string, home: string) {
      await mkdir(homes, { recursive: true, mode: 0o700 })
      const file = homeFile(taskId)
      await writeFile(`${file}.new`, home, { mode: 0o600, flush: true })
      await rename(`${file}.new`, file)
    },

    /** What rememberHome kept; null when it kept nothing. */
    recallHome: (taskId: string): Promise<string | null> =>
      readFile(homeFile(taskId), 'utf8').catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return null
        throw error
      }),

    forgetHome: (taskId: string): Promise<void> => rm(homeFile(taskId), { force: true }),
  }
}

export type MailStore = ReturnType<typeof createMailStore>

/** Whether moving the home would take another one along, which is the same or lies in it. */
export const holdsHome = (home: string, other: string): boolean => other === home || other.startsWith(home + sep)

/** Whether the path of a home names its mailbox, as `…/example.org/ada`, `…/a/d/ada-2024.01.01` and `…/ada@example.org` do. */
export function namesMailbox(home: string, mailbox: string): boolean {
  const [localPart = '', domain = ''] = mailbox.split('@')
  const names = home.split(sep)
  const last = names.at(-1) ?? ''
  const isLocalPart = (name: string) => name === localPart || name.startsWith(`${localPart}-`)
  return last === mailbox || (isLocalPart(last) && dirname(home).split(sep).includes(domain))
}
