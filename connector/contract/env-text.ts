import { isDeepStrictEqual, parseEnv } from 'node:util'

/** The text of an `.env` file, as Node reads it: no escapes but `\n` between double quotes, and no `$`. */

const plain = /^[\w.,:/@%+=-]*$/

/** What to write after `NAME=` so that Node reads this value; null where that is impossible. */
export function quoteValue(value: string): string | null {
  if (/[\p{Cc}\p{Cs}]/u.test(value)) return null
  if (plain.test(value)) return value
  if (!/["\\]/.test(value)) return `"${value}"`
  const quote = ["'", '`'].find((mark) => !value.includes(mark))
  return quote === undefined ? null : quote + value + quote
}

/** The lines for somebody to put into the file. */
export const linesOf = (values: Record<string, string>): string[] =>
  Object.entries(values).map(([name, value]) => `${name}=${quoteValue(value) ?? ''}`)

/**
 * Sets these variables and leaves every other line as it is. A variable that is in the text, even behind a `#`, is set
 * in its place; others are added at the end. One that is null goes behind a `#`.
 * @returns null when Node would read anything but the old variables and the new values from the new text
 */
export function setVariables(text: string, values: Record<string, string | null>): string | null {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)

  for (const [name, value] of Object.entries(values)) {
    const isSet = new RegExp(`^\\s*(export\\s+)?${name}\\s*=`)
    if (value === null) {
      lines.forEach((old, at) => isSet.test(old) && (lines[at] = `#${old}`))
      continue
    }
    const quoted = quoteValue(value)
    if (quoted === null) return null
    const line = `${name}=${quoted}`
    const set = lines.findLastIndex((old) => isSet.test(old))
    const at = set >= 0 ? set : lines.findLastIndex((old) => new RegExp(`^# ?${name}=`).test(old))
    if (at >= 0) lines[at] = line
    else lines.push(line)
  }

  const changed = lines.map((line) => line + lineEnd).join('')
  const expected = Object.fromEntries(
    Object.entries({ ...parseEnv(text), ...values }).filter(([, value]) => value !== null),
  )
  return isDeepStrictEqual({ ...parseEnv(changed) }, expected) ? changed : null
}
