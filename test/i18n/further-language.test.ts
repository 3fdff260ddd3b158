import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { catalogues } from '../../src/i18n/catalogues.ts'
import { createFormat } from '../../src/i18n/format.ts'
import { CAST, type TestApp } from '../support/app.ts'
import { readOutbox } from '../support/outbox.ts'

// A further language as it would be added: a file like en.ts, and its letters beside the others.
const withEsperanto = () => {
  const { en } = catalogues
  const eo: typeof en = {
    ...en,
    format: createFormat('eo'),
    common: { ...en.common, languageName: 'Esperanto', signOut: 'Elsaluti' },
    signIn: { ...en.signIn, title: 'Ensaluti' },
    errors: { ...en.errors, titles: { ...en.errors.titles, 404: 'Nenio estas ĉi tie' } },
    mails: { ...en.mails, passwordReset: (...given) => ({ ...en.mails.passwordReset(...given), subject: 'Pasvorto' }) },
  }
  return { catalogues: { ...catalogues, eo } }
}

let site: TestApp
// What other files of tests have loaded knows nothing of it, and must not learn of it.
beforeAll(async () => {
  vi.resetModules()
  vi.doMock('../../src/i18n/catalogues.ts', withEsperanto)
  const { startApp } = await import('../support/app.ts')
  site = await startApp({ env: { APP_LANGUAGE: 'eo' } })
})
afterAll(async () => {
  await site.stop()
  vi.doUnmock('../../src/i18n/catalogues.ts')
  vi.resetModules()
})

test('a visitor reads it where the site or the browser says so, and chooses it in place', async () => {
  const visitor = site.visitor()
  const page = await visitor.get('/sign-in')
  expect(page.html).toContain('<html lang="eo">')
  expect(page.html).toContain('Ensaluti')
  expect(page.html).toMatch(/<button[^>]* value="eo"[^>]*>Esperanto</)

  await visitor.post('/preferences/language', { language: 'fr', next: '/' })
  expect((await visitor.get('/nowhere')).html).toContain('Page introuvable')
  await visitor.post('/preferences/language', { language: 'eo', next: '/' })
  expect((await visitor.get('/nowhere')).html).toContain('Nenio estas ĉi tie')

  const other = await site.visitor().get('/nowhere', { headers: { 'Accept-Language': 'eo, fr;q=0.5' } })
  expect(other.html).toContain('<html lang="eo">')
})

test('ada has it in her profile, on every page and in her mails', async () => {
  const ada = await site.signedIn('ada')
  expect((await ada.get('/profile')).html).toMatch(/<option value="eo"[^>]*>Esperanto</)
  await ada.post('/preferences/language', { language: 'eo', next: '/profile' })
  const page = await (await site.signedIn('ada')).get('/mailboxes', { headers: { 'Accept-Language': 'en' } })
  expect(page.html).toContain('Elsaluti')

  await site.visitor().post('/password-reset', { email: CAST.ada.email })
  expect(await readOutbox(site)).toMatchObject([{ recipient: CAST.ada.email, subject: 'Pasvorto' }])
})
