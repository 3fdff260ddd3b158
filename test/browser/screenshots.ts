// A picture of every page, and of every form that opens in one, to be looked at one by one: in three widths, light and
// dark, and on a phone, where words have the least room, in each language. And of every mail, as mail programs would
// treat it, which is only played here. npm run screenshots [-- folder]
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catalogues, LANGUAGES } from '../../src/i18n/languages.ts'
import { cookiesOf, SIZES, startSite } from '../support/chromium.ts'
import { fillGallery } from '../support/gallery.ts'
import { mailGallery } from '../support/mail-gallery.ts'

const folder = process.argv[2] ?? join(tmpdir(), 'colombier-screenshots')
const sizes = { ...SIZES, tablet: { width: 768, height: 1024 } }
const looks = [
  ...Object.keys(sizes).flatMap((size) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ size, colorScheme, language: 'en' })),
  ),
  ...LANGUAGES.filter((language) => language !== 'en').map((language) => ({
    size: 'phone',
    colorScheme: 'light' as const,
    language,
  })),
]

const site = await startSite()
const { pages } = await fillGallery(site)
let count = 0
for (const { size, colorScheme, language } of looks) {
  const into = join(folder, `${size}-${colorScheme}-${language}`)
  mkdirSync(into, { recursive: true })
  for (const person of ['nobody', 'cleo', 'ada', 'ben', 'dora'] as const) {
    await site.query('UPDATE colombier_accounts SET language = ?', [language])
    const { context, page } = await site.open({
      viewport: sizes[size as keyof typeof sizes],
      colorScheme,
      locale: language,
      reducedMotion: 'reduce',
    })
    if (person !== 'nobody') await context.addCookies(await cookiesOf(site, person))
    for (const path of pages[person]) {
      await page.goto(path)
      const name = `${person}${path}`.replace(/[^\w.-]+/g, '_').slice(0, 120)
      await page.screenshot({ path: join(into, `${name}.png`), fullPage: true })
      count++
    }
    await context.close()
  }
}

// A webmail keeps the body alone, and what is styled on its elements; another program turns every colour for the dark.
const inBody = (html: string) =>
  html.replace(/<head>.*<\/head>|<!doctype html>|<\/?html[^>]*>/gs, '').replace(/(<\/?)body/g, '$1div')
const inColumns = (text: string) => {
  const pre = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<pre style="width:72ch;white-space:pre-wrap;overflow-wrap:anywhere">${pre}</pre>`
}
const programs = [
  { program: 'webmail-phone', width: 360, show: (mail: { html: string }) => inBody(mail.html) },
  { program: 'webmail', width: 700, show: (mail: { html: string }) => inBody(mail.html) },
  { program: 'forced-dark', width: 700, show: (mail: { html: string }) => mail.html },
  { program: 'text', width: 700, show: (mail: { text: string }) => inColumns(mail.text) },
]
for (const { program, width, show } of programs) {
  const dark = program === 'forced-dark'
  const { context, page } = await site.open({
    viewport: { width, height: 400 },
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: false,
  })
  const session = await context.newCDPSession(page)
  if (dark) await session.send('Emulation.setAutoDarkModeOverride', { enabled: true })
  for (const language of ['en', 'de'] as const) {
    const into = join(folder, `mails-${program}-${language}`)
    mkdirSync(into, { recursive: true })
    for (const mail of mailGallery(catalogues[language])) {
      await page.setContent(show(mail))
      await page.screenshot({ path: join(into, `${mail.name}.png`), fullPage: true })
      count++
    }
  }
  await context.close()
}
await site.stop()
console.log(`${count} pictures in ${folder}`)
// The private MariaDB ends with this process.
process.exit()
