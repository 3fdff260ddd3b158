import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/**
 * One line of standard input: typed at a prompt that shows nothing of it, or piped. Never an argument, which `ps`
 * shows.
 * @returns the line, empty when there is none
 */
export async function readPassword(prompt: string): Promise<string> {
  const { stdin, stderr } = process
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY })
  if (stdin.isTTY) stderr.write(prompt)
  lines.once('SIGINT', () => process.exit(130))

  try {
    for await (const line of lines) return line
    return ''
  } finally {
    lines.close()
    if (stdin.isTTY) stderr.write('\n')
  }
}
