import { readFileSync } from 'node:fs'

/** A block of commands of a document, and on which host the text around it says that they are run. */
export interface Block {
  host: 'mail' | 'web' | 'elsewhere'
  commands: string
}

/** The `sh` blocks below a heading of the second level, in order, as they stand. */
export function blocksBelow(file: string, heading: string): Block[] {
  const [, section] = readFileSync(file, 'utf8').split(new RegExp(`^## ${heading}$`, 'm'))
  if (section === undefined) throw new Error(`${file} has no "${heading}"`)
  const blocks: Block[] = []
  let host: Block['host'] = 'elsewhere'
  const parts = (section.split(/^## /m)[0] ?? '').split(/^```(.*)\n([^]*?)^```$/m)
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [text = '', language, commands = ''] = parts.slice(at, at + 3)
    // The last one that is named, in a sentence or a heading.
    const named = [...text.matchAll(/\bon the (mail|web) host\b/gi)].at(-1)?.[1]?.toLowerCase()
    if (named === 'mail' || named === 'web') host = named
    if (language === 'sh') blocks.push({ host, commands })
  }
  return blocks
}

/** How many commands somebody runs who pastes the block. */
export const countCommands = (commands: string): number =>
  commands
    .replace(/\\\n/g, ' ')
    .split(/\n|&&/)
    .filter((line) => !/^\s*(?:#|$)/.test(line)).length
