import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../src/i18n/en.ts'
import { catalogues, type Language } from '../../src/i18n/languages.ts'
import { startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import {
  forgetAttempts,
  NO_PAGES,
  openViewer,
  prepareViews,
  VIEWERS,
  VIEWS_ENV,
  type View,
  type Viewer,
} from '../support/views.ts'

const NAMES = [
  'Colombier',
  'English',
  'Français',
  'Deutsch',
  'Español',
  'Italiano',
  'ECONNECTION',
  'Port',
  'SSL TLS',
  'SSL/TLS',
  'Webmail',
  'STARTTLS',
  'Version',
  'cron',
]

/** Written as in English, or a name. */
const ALIKE: Record<Exclude<Language, 'en'>, string[]> = {
  fr: [...NAMES, 'Actions', 'Active', 'Destinations', 'E-mail', 'Message', 'Mode', 'Notes', 'Quota', 'Tables'],
  de: [
    ...NAMES,
    'Browser',
    'Connector',
    'Details',
    'Domain',
    'Domains',
    'Domains Colombier',
    'Limits',
    'MB',
    'GB',
    'TB',
    'Name',
    'Passkeys',
    'Server',
  ],
  es: [...NAMES, 'Error', 'KB', 'MB', 'GB', 'TB', 'Quota'],
  it: [...NAMES, 'Account', 'Browser', 'Password', 'KB', 'MB', 'GB', 'TB', 'E-mail', 'Quota'],
}
const translations = Object.keys(ALIKE) as (keyof typeof ALIKE)[]

let site: TestApp
let views: View[]
const browsers = new Map<Viewer, Browser>()
beforeAll(async () => {
  // By a name that passkeys are bound to.
  site = await startApp({ env: { ...VIEWS_ENV, APP_URL: 'http://localhost:8686' } })
  views = await prepareViews(site)
  for (const viewer of VIEWERS) browsers.set(viewer, await openViewer(site, viewer))
})
afterAll(() => site.stop())

test('every page of the app is among those that are looked at', () => {
  const pages = site.app.routes.filter(({ method }) => method === 'GET').map(({ path }) => path)
  const missing = pages.filter((path) => !NO_PAGES.includes(path) && !views.some(({ route }) => route === path))
  expect(missing).toEqual([])
  const gone = views
    .filter(({ route, form }) => !form && route !== '*' && !pages.includes(route))
    .map(({ route }) => route)
  expect(gone).toEqual([])
})

async function show(view: View, language: Language): Promise<string> {
  const { path, as, form, status, fragment = false } = view
  const options = { htmx: fragment, headers: { 'Accept-Language': language } }
  await forgetAttempts(site)
  const browser = browsers.get(as)
  const answer = await (form ? browser?.post(path, form, options) : browser?.get(path, options))
  expect([path, answer?.status]).toEqual([path, status])
  return answer?.html ?? ''
}

/** What people read or hear of a page, without what other people wrote: addresses, domains, numbers, their words. */
function wordsOf(html: string): Set<string> {
  const readable = html.replace(/<(script|svg|code)[\s>].*?<\/\1>/gs, '')
  const parts = [
    ...readable.matchAll(/>([^<]+)</g),
    ...readable.matchAll(/ (?:aria-label|title|alt|placeholder|data-label)="([^"]+)"/g),
  ].map(([, text = '']) => text)
  const own = parts.map((text) =>
    text
      .replace(/Lorem.*|(unbroken)+/, '')
      .replace(/@?[\w.+-]*@?(?:[\w-]+\.)+(?:org|net|test|example)\b/g, '')
      .replace(/[\d\s.,:;!?…()/+·@’-]+/g, ' ')
      .trim(),
  )
  return new Set(own.filter((text) => /\p{L}/u.test(text)))
}

test('nothing of a page is in English where ada reads French or German', async () => {
  const found: string[] = []
  for (const view of views) {
    const english = wordsOf(await show(view, 'en'))
    for (const language of translations) {
      for (const words of wordsOf(await show(view, language))) {
        if (english.has(words) && !ALIKE[language].includes(words))
          found.push(`${language} ${view.form ? 'POST' : 'GET'} ${view.path}: ${words}`)
      }
    }
  }
  expect(found).toEqual([])
})

/** Every text of a catalogue under its name, made with the same words and numbers in each language. */
function textsOf(value: unknown, name = ''): [string, string][] {
  if (typeof value === 'string') return [[name, value]]
  if (typeof value === 'function') return textsOf(callWith(value as (...given: unknown[]) => unknown), `${name}()`)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    name === '' && key === 'format' ? [] : textsOf(inner, `${name}.${key}`),
  )
}

/** Addresses where it takes texts, numbers where it takes numbers: what does not go wrong. */
function callWith(text: (...given: unknown[]) => unknown): unknown {
  for (const given of [
    ['x@example.org', '2026-11-24 09:10:00'],
    [7, 9],
    ['x@example.org', 7],
    ['7', 9],
    [['x@example.org']],
    ['7', '8', '9'],
  ]) {
    try {
      const made = text(...given)
      if (!/NaN|undefined|Invalid/.test(JSON.stringify(made))) return made
    } catch {
      // The next ones may suit it.
    }
  }
  throw new Error(`no arguments suit ${text.toString()}`)
}

/** More than what it was given. */
const saysSomething = (text: string): boolean => /\p{L}/u.test(text.replace('x@example.org', ''))

describe('every message, error and mail', () => {
  const english = new Map(textsOf(en))
  test.each(translations)('differs from English in %s', (language) => {
    const same = textsOf(catalogues[language])
      .filter(([name, text]) => english.get(name) === text && saysSomething(text) && !ALIKE[language].includes(text))
      .map(([name, text]) => `${name}: ${text}`)
    expect(same).toEqual([])
  })

  test('ends its sentences and sets its spaces as French does, so that no line begins with a colon', () => {
    // `table:` and `id:` are typed as they stand into a field of the mapping.
    const wrong = textsOf(catalogues.fr).filter(([, text]) =>
      /'|"|[^\u00a0][;!?»](?!\w)|«[^\u00a0]|(?<!\u00a0|\d|\bid|\btable):(?!\/\/|\d)/.test(text),
    )
    expect(wrong).toEqual([])
  })

  test('has the apostrophes, quotes, accents and spaces of Italian', () => {
    const wrong = textsOf(catalogues.it).filter(([, text]) =>
      /['"«»]|\s[;:!?](?!\w)|\bE’|(perch|poich|finch|affinch|n)è\b|\bpò\b|qual’è|\b(un’(alias|altro|account|utente|indirizzo|amministratore|errore)|un (altra|e-mail|ora))\b/.test(
        text,
      ),
    )
    expect(wrong).toEqual([])
  })

  test('elides the article before a day that an Italian begins to say with a vowel, and before no other', () => {
    const onDay = (day: string) => /il \d|l’\d/.exec(catalogues.it.mailboxes.deleting(`2026-11-${day} 09:10:00`))?.[0]
    expect(['08', '11', '18', '21', '28'].map(onDay)).toEqual(['l’8', 'l’1', 'il 1', 'il 2', 'il 2'])
  })

  test('opens its questions and quotes as Spanish does', () => {
    const pairs = ['¿?', '¡!', '«»']
    const signs = (text: string, sign: string) => text.split(sign).length - 1
    const wrong = textsOf(catalogues.es).filter(
      ([, text]) =>
        /['"“”’]|\s[:;!?»]|[¿¡«]\s/.test(text) ||
        pairs.some((pair) => signs(text, pair.slice(0, 1)) !== signs(text, pair.slice(1))),
    )
    expect(wrong).toEqual([])
  })

  test('quotes as German does, sets no space before its signs, and keeps „z. B.“ on one line', () => {
    const wrong = textsOf(catalogues.de).filter(([, text]) =>
      /['"«»”’‘]|“(?=\p{L})|(?<=[^\s(])„|\s[;:!?](?!\w)|z\. ?B\.|\.\.\./iu.test(text),
    )
    expect(wrong).toEqual([])
  })
})
