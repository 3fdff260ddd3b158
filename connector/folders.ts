import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { open, opendir, readFile, rename, rmdir, unlink, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from './reason.ts'

/** There is something of this name, and it is no folder: a link to one is none either. */
export class NotAFolder extends Error {
  override name = 'NotAFolder'
}

/**
 * An open folder. Whoever may write to a folder can put a link in place of any name in it at any time; an open folder
 * stays the one that was opened, and what is done through its descriptor is done there. Node has no openat(2): Linux
 * resolves a path below /proc/self/fd/N from the descriptor itself (proc(5)).
 */
export class Folder {
  readonly handle: FileHandle

  constructor(handle: FileHandle) {
    this.handle = handle
  }

  /** The path of a name in this folder. rename, rmdir, unlink and lstat do not follow the name itself. */
  at(name: string): string {
    return `/proc/self/fd/${this.handle.fd}/${name}`
  }

  /** The path of a name in the folder that this one lies in now, which is another one once it has been moved. */
  beside(name: string): string {
    return this.at(`../${name}`)
  }

  /** @returns null when there is nothing of this name. @throws NotAFolder */
  async open(name: string): Promise<Folder | null> {
    try {
      return new Folder(await open(this.at(name), constants.O_DIRECTORY | constants.O_NOFOLLOW))
    } catch (error) {
      const code = codeOf(error)
      if (code === 'ENOENT') return null
      if (code === 'ENOTDIR' || code === 'ELOOP') throw new NotAFolder('It is a link, or no folder')
      throw error
    }
  }

  /** Tells this folder from any other, also from one that has its inode number later. */
  async identity(): Promise<string> {
    const { dev, ino, birthtimeNs } = await this.handle.stat({ bigint: true })
    return `${String(dev)}:${String(ino)}:${String(birthtimeNs)}`
  }

  /** The mount it was reached by: nothing can be renamed from one mount to another, not even on one file system. */
  async mount(): Promise<string> {
    const text = await readFile(`/proc/self/fdinfo/${this.handle.fd}`, 'utf8')
    return /^mnt_id:\s*(\d+)/m.exec(text)?.[1] ?? ''
  }

  /** Its names, one after another: there may be a million. */
  async *names(): AsyncGenerator<string> {
    for await (const { name } of await opendir(this.at('.'))) yield name
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}

/** Opens the folder at a path that the settings give, over whatever links. @throws what the system answers */
export const openFolder = async (path: string): Promise<Folder> => new Folder(await open(path, constants.O_DIRECTORY))

/** Opens the part of a path that is there already: the rest would be made on its mount. */
export const openNearest = (path: string): Promise<Folder> =>
  openFolder(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT' || path === '/') throw error
    return openNearest(dirname(path))
  })

/**
 * Removes a name and all that is in it, and nothing that a link leads to. A folder in it is emptied through its
 * descriptor, and what folders it holds are first moved up: two descriptors are enough for a tree of any depth.
 * @throws what the system answers; then a part of it may be left. Twice does no harm
 */
export async function removeTree(parent: Folder, name: string, signal?: AbortSignal) {
  if (await isUnlinked(parent.at(name))) return
  const top = await parent.open(name)
  if (top === null) return
  try {
    const mount = await top.mount()
    await keepOthersOut(top)
    for (let isEmpty = false; !isEmpty;) {
      isEmpty = true
      for await (const each of top.names()) {
        signal?.throwIfAborted()
        isEmpty = false
        if (!(await isUnlinked(top.at(each)))) await removeFolder(top, each, mount)
      }
    }
  } finally {
    await top.close()
  }
  await rmdir(parent.at(name))
}

async function removeFolder(top: Folder, name: string, mount: string) {
  const folder = await top.open(name)
  if (folder === null) return
  try {
    if ((await folder.mount()) !== mount) throw new Error('A file system is mounted in it')
    await keepOthersOut(folder)
    for await (const each of folder.names()) {
      if (!(await isUnlinked(folder.at(each)))) await rename(folder.at(each), top.at(randomUUID()))
    }
  } finally {
    await folder.close()
  }
  await rmdir(top.at(name))
}

/** A program that still has the folder open makes nothing new in it, or the end would never come. */
async function keepOthersOut({ handle }: Folder) {
  await handle.chown(process.geteuid?.() ?? 0, process.getegid?.() ?? 0)
  await handle.chmod(0o700)
}

/** Removes what is no folder. @returns false for a folder */
async function isUnlinked(path: string): Promise<boolean> {
  try {
    await unlink(path)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EISDIR') return false
    if (code !== 'ENOENT') throw error
  }
  return true
}
