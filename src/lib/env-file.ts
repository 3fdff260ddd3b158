import { randomBytes } from 'node:crypto'
import { readFileSync, type Stats } from 'node:fs'
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'

export type Environment = Record<string, string | undefined>

export interface SettingsSource {
  /** the file that Node was started with; null when there was none */
  file: string | null
  /** The settings as a start of the program would find them now. */
  read(): Environment
  /** What of the environment came from a file when the program started. */
  namesFromFile: string[]
}

/** @param execArgv of the process, where Node keeps what it was started with */
export function openSettings(env: Environment, execArgv: string[]): SettingsSource {
  const files = findEnvFiles(execArgv)
  const readFiles = () => Object.assign({}, ...files.map(readVariables)) as Record<string, string>
  const atStart = readFiles()
  // The environment takes precedence over the file.
  const fromOutside = Object.fromEntries(Object.entries(env).filter(([name, value]) => atStart[name] !== value))

  return {
    file: files.at(-1) ?? null,
    read: () => ({ ...readFiles(), ...fromOutside }),
    namesFromFile: Object.keys(env).filter((name) => !(name in fromOutside)),
  }
}

function findEnvFiles(execArgv: string[]): string[] {
  return execArgv.flatMap((argument, index) => {
    const match = /^--env-file(?:-if-exists)?(=.*)?$/s.exec(argument)
    return match ? [match[1]?.slice(1) ?? execArgv[index + 1] ?? ''] : []
  })
}

function readVariables(file: string): Record<string, string> {
  try {
    return parseEnv(readFileSync(file, 'utf8')) as Record<string, string>
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return {}
    throw error
  }
}

/**
 * Replaces the file atomically: whoever reads it gets the old text or the new one. The old one stays beside it as
 * `.bak`. Owner and group stay; nobody else may read it.
 * @throws when the process may not do so; the file is then as it was
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const file = await realpath(path).catch(() => path)
  const before = await stat(file).catch(() => null)
  if (before) await put(`${file}.bak`, await readFile(file), before, 0o600)
  await put(file, text, before, before ? before.mode & 0o640 : 0o600)
}

async function put(file: string, content: string | Buffer, like: Stats | null, mode: number): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    const { uid, gid } = await handle.stat()
    if (like && (like.uid !== uid || like.gid !== gid)) await handle.chown(like.uid, like.gid)
    await handle.chmod(mode)
    await handle.sync()
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  const folder = await open(dirname(file))
  await folder.sync().finally(() => folder.close())
}
