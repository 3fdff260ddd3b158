import { catalogues } from './catalogues.ts'
import type { Messages } from './en.ts'

export { catalogues, type Messages }

export type Language = keyof typeof catalogues

export const LANGUAGES = Object.keys(catalogues) as Language[]

/** What those who speak it call the language. */
export const nameOf = (language: Language): string => catalogues[language].common.languageName

export const isLanguage = (text: string | null | undefined): text is Language =>
  text != null && Object.hasOwn(catalogues, text)

/** The catalogue of an account's language, or of the site's where it has chosen none. */
export const messagesFor = (language: string | null, siteLanguage: Language): Messages =>
  catalogues[isLanguage(language) ? language : siteLanguage]

/**
 * The first language that we have of those an `Accept-Language` header names, dearest first; null when we have none.
 */
export function acceptedLanguage(header: string | undefined): Language | null {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const q = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean)
      return { language: tag.split('-')[0], weight: q === undefined ? 1 : Number(q) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)

  return wanted.map(({ language }) => language).find((language) => isLanguage(language)) ?? null
}
