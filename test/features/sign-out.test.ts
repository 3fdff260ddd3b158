import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())

const countSessions = async () => (await site.query('SELECT 1 FROM colombier_sessions')).length

test('ada signs out: her row is gone, and a copy of her cookie is worth nothing', async () => {
  const ada = await site.signedIn('ada')
  const copy = site.visitor()
  copy.cookies.set('colombier', ada.cookies.get('colombier') ?? '')

  expect(await ada.post('/sign-out')).toMatchObject({ status: 303, location: '/sign-in' })
  expect(ada.cookies.has('colombier')).toBe(false)
  expect(await countSessions()).toBe(0)
  expect((await copy.get('/')).location).toBe('/sign-in')
})

test('the sign-in page says that ada signed out, once, and to whoever was signed out that the session has ended', async () => {
  const stranger = site.visitor()
  for (const words of ['You are signed out.', 'Your session has ended.'])
    expect((await stranger.get('/sign-in')).html).not.toContain(words)

  const ada = await site.signedIn('ada')
  await ada.post('/sign-out')
  expect((await ada.get('/sign-in')).html).toContain('You are signed out.')
  expect((await ada.get('/sign-in')).html).not.toContain('You are signed out.')

  const ben = await site.signedIn('ben')
  await site.query('DELETE FROM colombier_sessions')
  expect((await ben.get('/registrations')).location).toBe('/sign-in?next=%2Fregistrations')
  expect((await ben.get('/sign-in?next=%2Fregistrations')).html).toContain('Your session has ended.')
})

test('a link cannot sign anyone out', async () => {
  const ada = await site.signedIn('ada')
  expect((await ada.get('/sign-out')).status).toBe(404)
  expect((await ada.get('/')).location).toBe('/mailboxes')
})

test('another site cannot sign anyone out', async () => {
  const ada = await site.signedIn('ada')
  const before = await countSessions()
  for (const [name, value] of [
    ['Origin', 'https://evil.example'],
    ['Origin', 'null'],
    ['Sec-Fetch-Site', 'cross-site'],
  ] as const) {
    const headers = { [name]: value }
    expect((await ada.post('/sign-out', {}, { headers })).status).toBe(403)
  }
  expect(await countSessions()).toBe(before)
})

test('signing out twice, or without having signed in, does no harm', async () => {
  expect((await site.visitor().post('/sign-out')).status).toBe(303)
})
