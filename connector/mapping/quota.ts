import type { QuotaMapping } from './mapping.ts'

const sizes = 'BKMGT'

/** Bytes; null where the mail server says nothing that is understood. */
export type Quota = number | 'unlimited' | null

/** What the mail server's quota column says. */
export function readQuota({ unit, unlimited }: QuotaMapping, value: string | number | null): Quota {
  if (value === null || unlimited.includes(String(value))) return 'unlimited'
  if ('bytes' in unit) {
    const number = String(value).trim() === '' ? NaN : Number(value)
    return Number.isFinite(number) ? number * unit.bytes : null
  }

  const text = String(value)
  if (!text.startsWith(unit.before)) return null
  const said = /^(\d+(?:\.\d+)?)\s*([BKMGT])?(?:iB|B)?/i.exec(text.slice(unit.before.length))
  if (!said) return null
  const [{ length }, number, letter = 'B'] = said
  // Behind it there may be less than we would write, or more, such as a number of messages.
  const rest = text.slice(unit.before.length + length)
  if (rest !== '' && !rest.startsWith(unit.after || ' ') && /^[a-z0-9]/i.test(rest)) return null
  return Math.round(Number(number) * 1024 ** sizes.indexOf(letter.toUpperCase()))
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
