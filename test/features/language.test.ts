import { afterAll, beforeAll, expect, test } from 'vitest'
import { ORIGIN, startApp, type TestApp } from '../support/app.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())

const languageOf = (html: string) => /<html lang="(\w+)"/.exec(html)?.[1]
const languageIn = async (browser: ReturnType<TestApp['visitor']>, header?: string) =>
  languageOf(
    (await browser.get('/nowhere', header === undefined ? {} : { headers: { 'Accept-Language': header } })).html,
  )

test('a visitor reads what the browser asks for, and the site’s language otherwise', async () => {
  const visitor = site.visitor()
  expect(await languageIn(visitor)).toBe('en')
  expect(await languageIn(visitor, 'fr-FR,fr;q=0.9,en;q=0.8')).toBe('fr')
  expect(await languageIn(visitor, 'de-CH,en;q=0.3,fr;q=0.7')).toBe('de')
  expect(await languageIn(visitor, 'ja-JP,en;q=0.3,fr;q=0.7')).toBe('fr')
  expect(await languageIn(visitor, 'fr;q=0, ja')).toBe('en')
})

test('a visitor’s choice is remembered by the browser and leads back to the page', async () => {
  const visitor = site.visitor()
  const answer = await visitor.post('/preferences/language', { language: 'fr', next: '/sign-in?next=%2Fmailboxes' })
  expect(answer).toMatchObject({ status: 303, location: '/sign-in?next=%2Fmailboxes' })
  expect(await languageIn(visitor, 'en')).toBe('fr')
})

test('ada’s choice goes with her account to another browser', async () => {
  await (await site.signedIn('ada')).post('/preferences/language', { language: 'fr', next: '/' })
  expect(await languageIn(await site.signedIn('ada'), 'en')).toBe('fr')
  const [row] = await site.query('SELECT language FROM colombier_accounts WHERE id = ?', [site.idOf('ada')])
  expect(row).toEqual({ language: 'fr' })
})

test('a language that is not there, a way to another site and a GET change nothing', async () => {
  const visitor = site.visitor()
  expect((await visitor.post('/preferences/language', { language: 'xx', next: '/' })).status).toBe(400)
  expect((await visitor.get('/preferences/language?language=fr')).status).toBe(404)
  expect(visitor.cookies.size).toBe(0)
  const answer = await visitor.post('/preferences/language', { language: 'en', next: '//evil.example' })
  expect(answer.location).toBe('/')
})

test('dora changes the language where she is: in a list that she has searched, and on a form that has come back', async () => {
  const dora = await site.signedIn('dora')
  const inFrench = { language: 'fr', next: '/accounts' }
  const searched = { headers: { Referer: `${ORIGIN}/accounts?q=cl` } }
  expect((await dora.post('/preferences/language', inFrench, searched)).location).toBe('/accounts?q=cl')
  const elsewhere = { headers: { Referer: 'https://evil.example/accounts?q=cl' } }
  expect((await dora.post('/preferences/language', inFrench, elsewhere)).location).toBe('/accounts')

  const wrong = await dora.post('/profile/password', {}, { headers: { Referer: `${ORIGIN}/profile` } })
  expect(wrong.html).toContain('name="next" value="/profile"')
  const again = await dora.post('/profile/password', {}, { headers: { Referer: `${ORIGIN}/profile/password` } })
  expect(again.html).toContain('name="next" value="/"')
  const known = await site.visitor().post('/sign-in', {}, { headers: { Referer: `${ORIGIN}/sign-in` } })
  expect(known.html).toContain('name="next" value="/sign-in"')
})
