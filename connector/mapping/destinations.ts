import type { AliasList } from './mapping.ts'

/**
 * What an alias's destination column holds: one address, or a list. Entries that are not the mailbox's own are kept
 * byte for byte and in their order, whatever they are: other people's addresses, pipes, files, includes, broken ones.
 */

/**
 * Whether an alias's address stands for many addresses: a catch-all (`@domain`, `*@domain`, or no local part), or a
 * pattern. Such an alias belongs to the domain, not to a mailbox.
 */
export const isForMany = (address: string): boolean => /^(?:@|$)|[*%]/.test(address)

/** One entry and what stood in front of it, so that the pieces put together are the text again. */
interface Piece {
  before: string
  entry: string
}

// What was written by hand has commas where there are lines elsewhere, and lines where there are commas.
const commasOrLines = /\s*(?:,|\r?\n)\s*/y
const lines = /[ \t]*(?:\r?\n[ \t]*)+/y
const separators: Record<Exclude<AliasList, 'rows'>, RegExp> = {
  comma: commasOrLines,
  'comma-space': commasOrLines,
  space: /[ \t]+/y,
  newline: commasOrLines,
}

/**
 * Whether the destination is the mailbox, or a list of which it is an entry: the whole entry, in capital letters or
 * not.
 * @param mailbox in lower case
 */
export const leadsTo = (list: AliasList, destination: string, mailbox: string): boolean =>
  readPieces(list, destination).some((piece) => isMailbox(piece, mailbox))

/** Whether it leads to anything but the mailbox. */
export const leadsElsewhere = (list: AliasList, destination: string, mailbox: string): boolean =>
  readPieces(list, destination).some((piece) => piece.entry !== '' && !isMailbox(piece, mailbox))

/** The destination without the mailbox. Null when nothing else is left. */
export function withoutMailbox(list: AliasList, destination: string, mailbox: string): string | null {
  if (!leadsElsewhere(list, destination, mailbox)) return null
  const kept = readPieces(list, destination).filter((piece) => !isMailbox(piece, mailbox))
  return kept.map(({ before, entry }, index) => (index === 0 ? entry : before + entry)).join('')
}

/** Whether an entry looks like several addresses: what stands between them is not what the list has. */
export const hasOtherSeparators = (list: AliasList, destination: string): boolean =>
  readPieces(list, destination).some(({ entry }) => /^[^"|:\s,@]+@[^"\s,@]+[\s,]+[^"\s,@]+@/.test(entry.trim()))

const isMailbox = ({ entry }: Piece, mailbox: string): boolean => entry.trim().toLowerCase() === mailbox

function readPieces(list: AliasList, text: string): Piece[] {
  if (list === 'rows') return [{ before: '', entry: text }]

  const pieces: Piece[] = []
  let piece: Piece = { before: '', entry: '' }
  let quoted = false
  for (let at = 0; at < text.length;) {
    // What stands between quotation marks is part of one entry. So are a command's arguments where a line or blank ends
    // it.
    const isCommand = piece.entry.startsWith('|')
    const separator = isCommand && list === 'newline' ? lines : separators[list]
    separator.lastIndex = at
    const found = quoted || (isCommand && list === 'space') ? null : separator.exec(text)
    if (found) {
      pieces.push(piece)
      piece = { before: found[0], entry: '' }
      at += found[0].length
      continue
    }
    const length = quoted && text[at] === '\\' ? 2 : 1
    if (text[at] === '"') quoted = !quoted
    piece.entry += text.slice(at, at + length)
    at += length
  }
  return [...pieces, piece]
}
