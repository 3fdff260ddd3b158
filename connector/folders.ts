import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { open, opendir, readFile, rename, rmdir, unlink, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from './reason.ts'

/** The name is taken by something other than a folder. A link to a folder counts as that too. */
export class NotAFolder extends Error {
  override name = 'NotAFolder'
}

/**
 * An open folder. Anyone who can write to a folder can replace a name in it with a link at any moment, but an open
 * folder remains the one that was opened, and operations through its descriptor cannot be redirected. Node has no
 * openat(2); instead, Linux resolves a path below /proc/self/fd/N starting from the descriptor (see proc(5)).
 */
export class Folder {
  readonly handle: FileHandle

  constructor(handle: FileHandle) {
    this.handle = handle
  }

  /** The path of an entry of this folder. rename, rmdir, unlink and lstat do not follow a link of that name. */
  at(name: string): string {
    return `/proc/self/fd/${this.handle.fd}/${name}`
  }

  /** The path of a sibling: an entry of this folder's present parent, which changes when this folder is moved. */
  beside(name: string): string {
    return this.at(`../${name}`)
  }

  /** Opens a subfolder. @returns null when there is no such name. @throws NotAFolder */
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

  /** Distinguishes this folder from any other, even from a later one that gets the same inode number. */
  async identity(): Promise<string> {
    const { dev, ino, birthtimeNs } = await this.handle.stat({ bigint: true })
    return `${String(dev)}:${String(ino)}:${String(birthtimeNs)}`
  }

  /** The mount it was opened through. A rename from one mount to another fails, even within one file system. */
  async mount(): Promise<string> {
    const text = await readFile(`/proc/self/fdinfo/${this.handle.fd}`, 'utf8')
    return /^mnt_id:\s*(\d+)/m.exec(text)?.[1] ?? ''
  }

  /** The names of its entries, read one by one because there may be a million. */
  async *names(): AsyncGenerator<string> {
    for await (const { name } of await opendir(this.at('.'))) yield name
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}

/** Opens a folder that the settings name, following links. @throws the system's error */
export const openFolder = async (path: string): Promise<Folder> => new Folder(await open(path, constants.O_DIRECTORY))

/** Opens the folder or its nearest existing parent, on whose mount the folder would be created. */
export const openNearest = (path: string): Promise<Folder> =>
  openFolder(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT' || path === '/') throw error
    return openNearest(dirname(path))
  })

/**
 * Removes an entry with everything in it, without following links. Each subfolder is emptied through its descriptor,
 * after its own subfolders were moved up to the top, so two descriptors suffice for a tree of any depth.
 * @throws the system's error; part of the tree may be left, and a second call continues
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
        if (!(await isUnlinked(top.at(each)))) await removeFolder(top, each, mount, signal)
      }
    }
  } finally {
    await top.close()
  }
  await rmdir(parent.at(name))
}

async function removeFolder(top: Folder, name: string, mount: string, signal?: AbortSignal) {
  const folder = await top.open(name)
  if (folder === null) return
  try {
    if ((await folder.mount()) !== mount) throw new Error('A file system is mounted in it')
    await keepOthersOut(folder)
    for await (const each of folder.names()) {
      signal?.throwIfAborted()
      if (!(await isUnlinked(folder.at(each)))) await rename(folder.at(each), top.at(randomUUID()))
    }
  } finally {
    await folder.close()
  }
  await rmdir(top.at(name))
}

/** Stops programs that still have the folder open from adding files while it is being emptied. */
async function keepOthersOut({ handle }: Folder) {
  await handle.chown(process.geteuid?.() ?? 0, process.getegid?.() ?? 0)
  await handle.chmod(0o700)
}

/** Removes anything but a folder. @returns false for a folder */
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
