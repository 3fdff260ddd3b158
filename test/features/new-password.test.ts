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

/** The threads of this process that give way to every other. */
const patientThreads = () =>
  readdirSync('/proc/self/task').filter((id) => {
    const [, fields = ''] = readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ')
    return Number(fields.split(' ')[16]) === 19
  }).length

test('what judges passwords is made ready when the field is entered, before anything is typed', async () => {
  const before = patientThreads()
  expect(await ask('')).toMatchObject({ status: 200, html: '' })
  await expect.poll(patientThreads, { timeout: 15_000 }).toBe(before + 1)
})

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

  test.each([
    ['a', 'Use 12 characters or more.'],
    ['too short', 'Use 12 characters or more.'],
    ['password1234', 'This password is too common. Choose another.'],
  ])('%s is very weak from the first character on, and it is said why', async (password, why) => {
    const { html } = await ask(password)
    expect(html).toContain('>Very weak<')
    expect(html).toContain('class="bar bad of-1"')
    expect(html).toContain(why)
  })

  test('nothing is said of an empty field, and of one that is too long only that it is', async () => {
    expect(await ask('')).toMatchObject({ status: 200, html: '' })
    const { html } = await ask('x'.repeat(257))
    expect(html).toContain('Use 256 characters or fewer.')
    expect(html).not.toContain('class="bar')
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
    expect(answers[0]?.html).toMatch(/<button type="button"[^>]*data-copy="mailbox-12-password"[^>]*>Copy</)
    expect(answers[0]?.headers.get('Cache-Control')).toBe('no-store')
    expect(site.lines.join()).not.toContain(first)
  })

  test('keeps the label of its form', async () => {
    const labelOf = async (query: string) =>
      /<label for="new-password">([^<]+)</.exec((await ada.get(`/password-suggestion?for=new${query}`)).html)?.[1]
    expect(await labelOf('&label=registration')).toMatch(/^Choose a password/)
    expect([await labelOf(''), await labelOf('&label=toString')]).toEqual(['New password', 'New password'])
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
    for (const path of ['/mailboxes/new', '/profile']) {
      const { html } = await ada.get(path)
      const form = html.split('<form').find((part) => part.includes('name="suggest"')) ?? ''
      expect(form.indexOf('type="submit"'), path).toBeLessThan(form.indexOf('name="suggest"'))
      expect(form.match(/<button type="submit"/g)).toHaveLength(2)
    }
  })
})

describe('a form with several faults tells all of them at once, and sends no password back', () => {
  const common = 'password1234'
  test.each([
    [
      'a new mailbox',
      () => Promise.resolve('/mailboxes'),
      { localPart: 'benjamin', domain: 'example.org', password: common, again: 'another one' },
      ['This address is already taken.', 'This password is too common. Choose another.', 'The passwords don’t match.'],
    ],
    [
      'a mailbox’s password',
      async () => {
        const id = await addMailbox(site, { address: 'all.at.once@example.org', accountId: site.idOf('ada') })
        return `/mailboxes/${id}/password`
      },
      { current: 'not the current one', password: common, again: 'another one' },
      [
        'This is not the current password of the mailbox.',
        'This password is too common. Choose another.',
        'The passwords don’t match.',
      ],
    ],
    [
      'the account’s password',
      () => Promise.resolve('/profile/password'),
      { current: 'not the current one', password: common, again: 'another one' },
      [
        'This is not the current password of your account.',
        'This password is too common. Choose another.',
        'The passwords don’t match.',
      ],
    ],
    [
      'the account’s address',
      () => Promise.resolve('/profile/email'),
      { email: CAST.ada.email, current: 'not the current one' },
      ['This is already your address.', 'This is not the current password of your account.'],
    ],
  ])('%s', async (_what, pathOf, form, told) => {
    await addMailbox(site, { address: 'benjamin@example.org', accountId: site.idOf('ben') }).catch(() => undefined)
    const path = await pathOf()
    const before = await site.query('SELECT 1 FROM colombier_tasks')
    const { status, html } = await ada.post(path, form, { htmx: true })
    expect(status).toBe(422)
    const errors = [...html.matchAll(/class="error"[^>]*>([^<]+)</g)].map(([, text]) => text)
    expect(errors).toEqual(told)
    for (const secret of [common, 'another one', 'not the current one']) expect(html).not.toContain(`value="${secret}`)
    expect(await site.query('SELECT 1 FROM colombier_tasks')).toEqual(before)
  })
})
