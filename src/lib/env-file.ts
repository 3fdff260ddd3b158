import { readFileSync } from 'node:fs'
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
