// As written in all our languages; one of 1,024, as everywhere in Colombier.
const units: Record<string, number> = { '': 0, k: 1, m: 2, g: 3, t: 4 }

/** Bytes of a size as people write it: `500 MB`, `1.5 GB`, `2 Go`, `1073741824`. Null when it is none. */
export function parseSize(text: string): number | null {
  const [, amount, unit] = /^(\d{1,16}(?:[.,]\d{1,3})?)\s*([kmgt]?)i?[bo]?$/i.exec(text.trim()) ?? []
  if (amount === undefined || unit === undefined) return null
  const bytes = Math.round(Number(amount.replace(',', '.')) * 1024 ** (units[unit.toLowerCase()] ?? 0))
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** The same size in the largest unit that needs no fraction, as `parseSize` reads it. */
export function formatSize(bytes: number, names: readonly string[]): string {
  let power = 0
  while (bytes > 0 && power < names.length - 1 && bytes % 1024 ** (power + 1) === 0) power++
  return `${bytes / 1024 ** power} ${names[power] ?? ''}`.trim()
}
