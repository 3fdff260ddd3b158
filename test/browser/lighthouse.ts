// What Lighthouse gives each page, of 100: npm run lighthouse [-- PART-OF-A-PATH]. It is not among the packages, for
// its size; npx fetches it.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { cookiesOf, startSite } from '../support/chromium.ts'
import { fillGallery } from '../support/gallery.ts'

interface Report {
  categories: Record<string, { score: number | null }>
  audits: Record<string, { score: number | null; title: string }>
}

const [part = ''] = process.argv.slice(2)
const site = await startSite()
const { pages } = await fillGallery(site)

for (const person of ['nobody', 'cleo', 'ada', 'ben', 'dora'] as const) {
  const cookies = person === 'nobody' ? [] : await cookiesOf(site, person)
  const headers = { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }
  for (const path of pages[person].filter((candidate) => candidate.includes(part))) {
    // A busy machine has it give up.
    const report = await measure(path, headers).catch(() => null)
    if (report === null) {
      console.log(`${person} ${path}: not measured`)
      continue
    }
    const { categories, audits } = report
    const scores = Object.entries(categories).map(([name, { score }]) => `${name} ${Math.round((score ?? 0) * 100)}`)
    console.log(`${person} ${path}: ${scores.join(', ')}`)
    if (scores.every((score) => score.endsWith(' 100'))) continue
    for (const { score, title } of Object.values(audits)) if (score === 0) console.log(`  ${title}`)
  }
}
await site.stop()
process.exit()

async function measure(path: string, headers: Record<string, string>): Promise<Report> {
  const { stdout } = await promisify(execFile)(
    'npx',
    [
      '--yes',
      'lighthouse@12.8.2',
      site.origin + path,
      '--quiet',
      '--output=json',
      '--preset=desktop',
      '--only-categories=performance,accessibility,best-practices',
      '--ignore-status-code',
      '--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic',
      `--extra-headers=${JSON.stringify(headers)}`,
    ],
    { env: { ...process.env, CHROME_PATH: '/usr/bin/chromium' }, maxBuffer: 64 * 1024 * 1024 },
  )
  return JSON.parse(stdout) as Report
}
