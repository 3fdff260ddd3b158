import { closest, distance } from 'fastest-levenshtein'

/** The candidate spelled most like the word, ignoring case; null when none is close. */
export function findNearest(word: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0 || word === '') return null
  const wanted = word.toLowerCase()
  const lower = candidates.map((candidate) => candidate.toLowerCase())
  const nearest = closest(wanted, lower)
  const limit = Math.max(2, Math.floor(wanted.length / 3))
  const isNear = distance(wanted, nearest) <= limit
  if (isNear) return candidates[lower.indexOf(nearest)] ?? null
  // domainid or domain_id for what is called id elsewhere.
  const longer = lower
    .filter((one) => one.endsWith(wanted) || (wanted.length >= 4 && one.includes(wanted)))
    .sort((a, b) => a.length - b.length)[0]
  return longer === undefined ? null : (candidates[lower.indexOf(longer)] ?? null)
}

// Other programs' variables have other prefixes.
const ourFamilies = /^(?:MAILBOX|ALIAS|DOMAIN|COMPANION|USAGE)_/

/** A line for each variable that looks like one of ours but is not: a misspelled name would have no effect. */
export const findStraySettings = (env: Record<string, string | undefined>, known: readonly string[]): string[] =>
  Object.keys(env)
    .filter((variable) => ourFamilies.test(variable) && !known.includes(variable))
    .map((variable) => {
      const near = findNearest(variable, known)
      return `${variable} is no setting${near ? `: ${near}?` : ''}`
    })
