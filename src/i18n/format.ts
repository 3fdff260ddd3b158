const spans = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** Numbers, plurals, dates and sizes as a language writes them; dates in the server's time zone. */
export function createFormat(language: string) {
  const number = new Intl.NumberFormat(language)
  const rules = new Intl.PluralRules(language)
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' })
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']

  return {
    language,
    number: (value: number) => number.format(value),
    /** the word alone that goes with the count */
    plural: (value: number, forms: { one: string; other: string }) =>
      rules.select(value) === 'one' ? forms.one : forms.other,
    /** `3 mailboxes`: the count and the word that goes with it */
    count: (value: number, forms: { one: string; other: string }) =>
      `${number.format(value)} ${rules.select(value) === 'one' ? forms.one : forms.other}`,
    date: (utc: string) => date.format(fromDatabase(utc)),
    time: (utc: string) => time.format(fromDatabase(utc)),
    dateTime: (utc: string) => dateTime.format(fromDatabase(utc)),
    /** how long ago, or with a minus in how long, in the largest unit of which it is at least one: `3 hours ago` */
    ago: (seconds: number) => {
      const [unit, size] = spans.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 1] as const)
      return relative.format(-Math.trunc(seconds / size), unit)
    },
    /** a size in the largest unit of 1024 in which it is at least 1 */
    bytes: (value: number) => {
      const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10))
      return new Intl.NumberFormat(language, {
        style: 'unit',
        unit: units[power] ?? 'byte',
        unitDisplay: power === 0 ? 'long' : 'short',
        maximumFractionDigits: 1,
      }).format(value / 1024 ** power)
    },
  }
}

/** The database's `YYYY-MM-DD hh:mm:ss.ffffff`, which is UTC. */
export const fromDatabase = (utc: string): Date => new Date(`${utc.slice(0, 23).replace(' ', 'T')}Z`)
