import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createStrengthMeter } from '../../src/lib/password/strength.ts'
import { createSignedTime } from '../../src/lib/signed-time.ts'
import { CAST, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { linkTo } from '../support/outbox.ts'
import { addMailbox, endTask, everyRow } from '../support/tasks.ts'

const generated = /^(?:[a-z]{6}-){4}[2-9]{2}$/

let site: TestApp
let ada: Browser
beforeAll(async () => {
  site = await startApp()
  ada = await site.signedIn('ada')
})
afterAll(() => site.stop())

const ask = (password: string, browser: Browser = site.visitor()) =>
  browser.post('/password-strength', { password }, { htmx: true })

describe('how strong a password is', () => {
  test.each([
    ['abcdefgabcdefg', 'Very weak'],
    ['summersummers', 'Weak'],
    ['summer.rain2024', 'Good'],
    ['a quiet dove at dusk', 'Strong'],
  ])('%s', async (password, words) => {
    const { status, html } = await ask(password)
    expect(status).toBe(200)
    expect(html).toContain(`>${words}<`)
    expect(html).not.toContain(password)
  })

  test('nothing is said of one that would be refused', async () => {
    for (const password of ['', 'too short', 'password1234', 'x'.repeat(257)])
      expect(await ask(password)).toMatchObject({ status: 200, html: '' })
  })

  test('a long one is judged by its beginning, and in little time', async () => {
    expect((await ask('a quiet dove at dusk, '.repeat(11))).html).toContain('Strong')
  })

  test('it cannot be asked by GET, nor from another site, and no log line has the password', async () => {
    expect((await ada.get('/password-strength?password=a+quiet+dove+at+dusk')).status).toBe(404)
    const headers = { Origin: 'https://elsewhere.example' }
    const form = { password: 'a quiet dove at dusk' }
    expect((await ada.post('/password-strength', form, { headers })).status).toBe(403)
    expect(site.lines.filter((line) => line.includes('password-strength')).length).toBeGreaterThan(0)
    expect(site.lines.join()).not.toContain('quiet')
  })

  test('a network that asks all the time hears nothing for a while', async () => {
    const busy = site.visitor('198.51.100.7')
    expect((await ask('a quiet dove at dusk', busy)).html).not.toBe('')
    await site.query("UPDATE colombier_rate_limits SET points = 61 WHERE `key` LIKE 'password-strength%'")
    expect(await ask('a quiet dove at dusk', busy)).toMatchObject({ status: 200, html: '' })
    expect((await ask('a quiet dove at dusk', site.visitor('198.51.101.8'))).html).not.toBe('')
  })
})

test('the thread that judges gives way to every other, and the server itself does not', async () => {
  const meter = createStrengthMeter()
  await meter.strengthOf('a quiet dove at dusk')
  const priorities = readdirSync('/proc/self/task').map((id) => {
    const [, fields = ''] = readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ')
    return { id: Number(id), nice: Number(fields.split(' ')[16]) }
  })
  await meter.close()
  // This one's, and that of the site which the tests above asked.
  expect(priorities.filter(({ nice }) => nice === 19).length).toBeGreaterThan(0)
  expect(priorities.filter(({ nice }) => nice === 19).length).toBeLessThan(3)
  expect(priorities.find(({ id }) => id === process.pid)?.nice).toBeLessThan(19)
})

test('of many who ask at once some hear nothing, and nobody waits for long', async () => {
  const meter = createStrengthMeter()
  const answers = await Promise.all(Array.from({ length: 20 }, () => meter.strengthOf('a quiet dove at dusk')))
  await meter.close()
  expect(answers.filter((answer) => answer === 4).length).toBeGreaterThan(0)
  expect(answers.filter((answer) => answer === null).length).toBeGreaterThan(10)
})

describe('a suggested password', () => {
  /** What stands in the two fields, and can be read beside them. */
  const suggestedIn = (html: string) => {
    const values = [...html.matchAll(/<input[^>]*\bname="(?:password|again)"[^>]*>/g)].map(([input]) => {
      expect(input).toContain('type="password"')
      return /value="([^"]*)"/.exec(input)?.[1] ?? ''
    })
    expect(values).toHaveLength(2)
    expect(values[0]).toBe(values[1])
    expect(html).toContain(`<strong class="address">${values[0] ?? ''}</strong>`)
    return values[0] ?? ''
  }

  test('comes in place, another each time, and is kept by nobody', async () => {
    const answers = [
      await ada.get('/password-suggestion?for=mailbox-12', { htmx: true }),
      await ada.get('/password-suggestion?for=mailbox-12', { htmx: true }),
    ]
    const [first, second] = answers.map(({ html }) => suggestedIn(html))
    expect(first).toMatch(generated)
    expect(second).not.toBe(first)
    expect(answers[0]?.html).toContain('id="mailbox-12-passwords"')
    expect(answers[0]?.headers.get('Cache-Control')).toBe('no-store')
    expect(site.lines.join()).not.toContain(first)
  })

  test('what the address says of the fields cannot become anything but their ids', async () => {
    const { html } = await ada.get(`/password-suggestion?for=${encodeURIComponent('"><script>x</script>')}`)
    expect(html).toContain('id="scriptxscript-passwords"')
  })

  test('without scripts each form gives one, keeps what was typed, and changes nothing', async () => {
    const open = await addMailbox(site, { address: 'ada.lovelace@example.org', accountId: site.idOf('ada') })
    const first = 'a first long password'
    await ada.post('/mailboxes', { localPart: 'ada.byron', domain: 'example.org', password: first, again: first })
    await endTask(site, 'ada.byron@example.org', 'mail_host')
    const [failed] = await site.query<{ id: number }>('SELECT MAX(id) AS id FROM colombier_mailboxes')
    await site.visitor().post('/password-reset', { email: CAST.ada.email })
    const token = new URL(await linkTo(site, CAST.ada.email), 'http://x').searchParams.get('token') ?? ''
    const opened = createSignedTime(site.config.sessionSecrets, 'registration form').sign(Date.now() - 60_000)
    const newcomer = { email: 'newcomer@people.test', reason: 'For the pigeons.', remarks: '', opened }
    await site.visitor().post('/registration', newcomer)
    const link = await linkTo(site, newcomer.email)
    const registration = new URL(link, 'http://x').searchParams.get('token') ?? ''
    const before = await everyRow(site)

    const forms: [string, Record<string, string>, string][] = [
      ['/registration/confirmation', { token: registration }, 'For the pigeons.'],
      ['/mailboxes', { localPart: 'ada.the.third', domain: 'example.org' }, 'value="ada.the.third"'],
      [`/mailboxes/${open}/password`, { current: 'typed before' }, 'name="current"'],
      [`/mailboxes/${failed?.id ?? 0}/creation`, {}, 'ada.byron@example.org'],
      ['/profile/password', { current: 'typed before' }, 'name="current"'],
      ['/password-reset/new', { token }, token],
    ]
    for (const [path, fields, kept] of forms) {
      const answer = await ada.post(path, { ...fields, password: '', again: '', suggest: '1' })
      expect(answer.status, path).toBe(200)
      expect(suggestedIn(answer.html), path).toMatch(generated)
      expect(answer.html, path).toContain(kept)
      expect(answer.html, path).not.toContain('typed before')
      expect(answer.html, path).not.toContain('class="error"')
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
    }
    expect(await everyRow(site)).toEqual(before)
  })

  test('Enter sends the form: the button that suggests stands behind its own', async () => {
    for (const path of ['/mailboxes', '/profile']) {
      const { html } = await ada.get(path)
      const form = html.split('<form').find((part) => part.includes('name="suggest"')) ?? ''
      expect(form.indexOf('type="submit"'), path).toBeLessThan(form.indexOf('name="suggest"'))
      expect(form.match(/<button/g)).toHaveLength(2)
    }
  })
})
