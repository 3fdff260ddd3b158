const spans = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** A word in the forms that the language's plurals take; `other` stands for those that are not given. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

/**
 * What Intl makes of a value, at some microseconds each time, is kept: the rows of a page, and the pages after it, show
 * the same ones.
 */
function kept<V extends string | number>(make: (value: V) => string): (value: V) => string {
  const made = new Map<V, string>()
  return (value) => {
    const known = made.get(value)
    if (known !== undefined) return known
    if (made.size === 1000) made.clear()
    const text = make(value)
    made.set(value, text)
    return text
  }
}

/**
 * Numbers, plurals, dates and sizes as a language writes them; dates in the time zone that TZ names, by default the
 * server's.
 * @param locale the language, with the country whose way of writing dates is meant where there are several
 */
export function createFormat(locale: string) {
  const number = new Intl.NumberFormat(locale)
  const rules = new Intl.PluralRules(locale)
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })
  const list = new Intl.ListFormat(locale)
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'].map(
    (unit, power) =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay: power === 0 ? 'long' : 'short',
        maximumFractionDigits: 1,
      }),
  )
  const zone = dateTime.resolvedOptions().timeZone

  const numberText = kept((value: number) => number.format(value))
  // No format has anything smaller than a minute.
  const timeOf = kept((minute: string) => time.format(fromDatabase(minute)))
  const dateTimeOf = kept((minute: string) => dateTime.format(fromDatabase(minute)))
  const dateTimeText = (utc: string) => dateTimeOf(minuteOf(utc))

  const plural = (value: number, forms: Forms) => forms[rules.select(value)] ?? forms.other

  return {
    locale,
    /** the name of the time zone, as in `Europe/Paris` */
    zone,
    number: numberText,
    /** the word alone that goes with the count */
    plural,
    /** `3 mailboxes`: the count and the word that goes with it */
    count: (value: number, forms: Forms) => `${numberText(value)} ${plural(value, forms)}`,
    /** `one, two and three` */
    list: (words: string[]) => list.format(words),
    time: (utc: string) => timeOf(minuteOf(utc)),
    dateTime: dateTimeText,
    /** a day of the calendar, `YYYY-MM-DD`, which is the same in every zone */
    day: (date: string) => day.format(new Date(`${date}T00:00:00Z`)),
    /** for mails, which have no footer that names the zone */
    dateTimeInZone: (utc: string) => `${dateTimeText(utc)} (${zone})`,
    /** how long ago, or with a minus in how long, in the largest unit of which it is at least one: `3 hours ago` */
    ago: (seconds: number) => {
      const [unit, size] = spans.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 1] as const)
      return relative.format(-Math.trunc(seconds / size), unit)
    },
    /** a size in the largest unit of 1024 in which it is at least 1 */
    bytes: kept((value: number) => {
      const power = value < 1 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log2(value) / 10))
      return sizes[power]?.format(value / 1024 ** power) ?? ''
    }),
  }
}

/** `YYYY-MM-DD hh:mm` of the database's time. */
const minuteOf = (utc: string): string => utc.slice(0, 16)

/** Such a minute is in UTC. */
const fromDatabase = (minute: string): Date => new Date(`${minute.replace(' ', 'T')}Z`)
