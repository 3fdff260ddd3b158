import { spawn } from 'node:child_process'

/**
 * A program of this host failed, hung or answered what nobody expected. The message names it and its exit, never its
 * input.
 */
export class MailHostError extends Error {
  override name = 'MailHostError'
}

/** How a program ended. */
export interface Finished {
  code: number
  /** what it wrote to its standard output */
  answer: string
  /** what it wrote to its error output */
  complaints: string
  /** both, as they came */
  output: string
  /** false when there was more than `mostBytes` of it, and it was cut */
  isComplete: boolean
}

interface ProgramOptions {
  /** how it is called in messages */
  name: string
  timeoutSeconds: number
  input?: string
  /** what it writes beyond so much is not kept */
  mostBytes?: number
}

export const exitCodes = { ok: 0, missing: 127, killed: 137 }

/**
 * Runs a program and waits for its end. The only place that starts a process: an argument list, no shell, no secret
 * among the arguments, a time limit.
 * @throws MailHostError when it cannot be started, or was killed
 */
export function runProgram(
  program: string,
  args: string[],
  { name, timeoutSeconds, input = '', mostBytes = 20_000 }: ProgramOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    // `timeout` outlives a killed connector, so that nothing works on a key after the lease has run out.
    const child = spawn('timeout', ['--signal=KILL', String(timeoutSeconds), program, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    })
    const written = { answer: '', complaints: '', output: '', isComplete: true }
    const collect = (as: 'answer' | 'complaints') => (text: string) => {
      written.isComplete &&= written.output.length < mostBytes
      if (!written.isComplete) return
      written[as] += text
      written.output += text
    }
    child.stdout.setEncoding('utf8').on('data', collect('answer'))
    child.stderr.setEncoding('utf8').on('data', collect('complaints'))
    child.stdin.on('error', () => undefined) // it ended before it had read everything: its exit code says why
    child.on('error', () => reject(new MailHostError(`${name} could not be started`)))
    child.on('close', (code, signal) => {
      if (code === null || code === exitCodes.killed) {
        reject(new MailHostError(`${name} was killed (${signal ?? `after ${timeoutSeconds} s`})`))
      } else resolve({ code, ...written })
    })
    child.stdin.end(input)
  })
}
