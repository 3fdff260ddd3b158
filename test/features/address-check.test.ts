import { afterAll, beforeAll, expect, test } from 'vitest'
import { addAliasRow, startAliasSite } from '../support/aliases.ts'

type AliasSite = Awaited<ReturnType<typeof startAliasSite>>
let site: AliasSite['site'], ada: AliasSite['ada'], path: string
beforeAll(async () => {
  ;({ site, ada, path } = await startAliasSite())
  await addAliasRow(site, 'bens.alias@example.org', 'benjamin@example.org')
  await addAliasRow(site, 'adas.alias@example.org', 'adalove@example.org')
  await site.query(
    `INSERT INTO colombier_reservations VALUES
     ('formerly.bens@example.org', ?, UTC_TIMESTAMP(6) + INTERVAL 9 DAY),
     ('formerly.adas@example.org', ?, UTC_TIMESTAMP(6) + INTERVAL 9 DAY)`,
    [site.idOf('ben'), site.idOf('ada')],
  )
})
afterAll(() => site.stop())

const ask = (page: string, localPart: string, domain = 'example.org', more = {}) =>
  ada.get(`${page}?${new URLSearchParams({ localPart, domain, ...more })}`, { htmx: true })
const pages = () => ['/mailboxes/preview', `${path}/preview`]

test('ada reads whether an address is free, and of one that is not nothing else, whatever has it', async () => {
  for (const page of pages()) {
    for (const free of ['nobody.has.it', 'formerly.adas'])
      expect((await ask(page, free)).html).toContain('is available.')

    const answers = await Promise.all(
      ['benjamin', 'bens.alias', 'formerly.bens'].map(async (name) => (await ask(page, name)).html.replace(name, '')),
    )
    expect(answers[0]).toContain('is already taken.')
    expect(new Set(answers).size).toBe(1)
  }
})

test('nothing is said of a domain in which she may create nothing, nor of what cannot be an address', async () => {
  for (const page of pages()) {
    expect((await ask(page, 'cleopatra', 'example.net')).html).not.toContain('free')
    expect((await ask(page, 'short')).html).not.toContain('free')
    expect((await ask(page, 'postmaster')).html).not.toContain('free')
  }
})

test('an alias that is renamed does not stand in its own way', async () => {
  const renamed = { renamed: 'adas.alias@example.org' }
  expect((await ask(`${path}/preview`, 'adas.alias', 'example.org', renamed)).html).not.toContain('free')
  expect((await ask(`${path}/preview`, 'bens.alias', 'example.org', renamed)).html).toContain('is already taken.')
})

test('whoever asks all the time reads the address alone, and others are not held up', async () => {
  await site.query("UPDATE colombier_rate_limits SET points = 301 WHERE `key` LIKE 'address-check%'")
  for (const page of pages()) {
    const { status, html } = await ask(page, 'nobody.has.it')
    expect(status).toBe(200)
    expect(html).toContain('nobody.has.it@example.org')
    expect(html).not.toContain('free')
  }
  const ben = await site.signedIn('ben')
  expect((await ben.get('/mailboxes/preview?localPart=nobody.has.it&domain=example.org')).html).toContain(
    'is available.',
  )
})

test('of a hundred taken addresses at once, sixty are told', async () => {
  const ask = () => ada.post(path, { localPart: 'benjamin', domain: 'example.org' }, { htmx: true })
  const answers = [await ask(), ...(await Promise.all(Array.from({ length: 99 }, ask)))]
  expect(answers.filter(({ html }) => html.includes('already taken'))).toHaveLength(60)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(40)
  await site.query("DELETE FROM colombier_rate_limits WHERE `key` LIKE 'address-taken%'")
})

test('whoever sends one taken address after the other is told nothing any more, by whichever form', async () => {
  const password = 'a first long password'
  const alias = (localPart: string) => ada.post(path, { localPart, domain: 'example.org' }, { htmx: true })
  const forms = (localPart: string) => [
    ada.post('/mailboxes', { localPart, domain: 'example.org', quotaMegabytes: '', password, again: password }),
    ada.post(`${path}/adas.alias@example.org/name`, { localPart, domain: 'example.org' }, { htmx: true }),
    alias(localPart),
  ]
  for (const answer of await Promise.all(forms('benjamin')))
    expect(answer.html).toContain('This address is already taken.')
  // One that she gets is none of them.
  expect((await alias('nobody.had.it')).status).toBe(200)
  expect(await site.query("SELECT points FROM colombier_rate_limits WHERE `key` LIKE 'address-taken%'")).toEqual([
    { points: 3 },
  ])

  await site.query("UPDATE colombier_rate_limits SET points = 60 WHERE `key` LIKE 'address-taken%'")
  for (const name of ['benjamin', 'never.had.it']) {
    for (const { status, headers, html } of await Promise.all(forms(name))) {
      expect(status).toBe(429)
      expect(headers.get('Retry-After')).toMatch(/^\d+$/)
      expect(html).toContain('Too many attempts.')
      expect(html).not.toContain('already taken')
    }
  }
  expect(await site.query("SELECT 1 FROM virtual_aliases WHERE source LIKE 'never%'")).toEqual([])
})
