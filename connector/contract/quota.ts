import type { QuotaMapping } from './mapping.ts'

const sizes = 'BKMGT'

/**
 * What the mail server's quota column says, in bytes.
 * @returns null: no limit, or a text that says no size
 */
export function readQuota({ unit, unlimited }: QuotaMapping, value: string | number | null): number | null {
  if (value === null || unlimited.includes(String(value))) return null
  if ('bytes' in unit) return Number(value) * unit.bytes

  const text = String(value)
  if (!text.startsWith(unit.before) || !text.endsWith(unit.after)) return null
  const [, number, letter = 'B'] =
    /^(\d+(?:\.\d+)?)\s*([BKMGT])?(?:iB|B)?$/i.exec(text.slice(unit.before.length, text.length - unit.after.length)) ??
    []
  return number === undefined ? null : Math.round(Number(number) * 1024 ** sizes.indexOf(letter.toUpperCase()))
}

/** What the column gets for a quota, rounded up to its unit. @param bytes null: no limit */
export function writeQuota({ unit, unlimited }: QuotaMapping, bytes: number | null): string | null {
  if (bytes === null) return unlimited[0] ?? null
  if ('bytes' in unit) return String(Math.ceil(bytes / unit.bytes))
  return `${unit.before}${unit.text === 'bytes' ? String(bytes) : size(bytes)}${unit.after}`
}

/** In the largest unit that divides it. */
function size(bytes: number): string {
  let power = 0
  while (power < sizes.length - 1 && bytes > 0 && bytes % 1024 ** (power + 1) === 0) power++
  return `${bytes / 1024 ** power}${sizes[power] ?? ''}`
}
