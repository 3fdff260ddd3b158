import { parseEnv } from 'node:util'
import { readFileSync } from 'node:fs'
import type { PoolConnection } from 'mysql2/promise'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRequest, readPairingLine, sealRequest } from '../../connector/contract/pairing.ts'
import { generateSealKeys } from '../../connector/contract/seal.ts'
import { issueLine } from '../../src/pairing/line.ts'
import { startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { lineIn, pairBy } from '../support/mail-host-side.ts'
import { entered, fillIn, startSetup, withToken, type SetupSite } from '../support/setup.ts'

const stored = (site: { query: SetupSite['query'] }) =>
  site.query<{ value: string }>("SELECT value FROM colombier_settings WHERE name = 'pairing'")

describe('in the setup', () => {
  let site: SetupSite
  let dora: Browser
  beforeEach(async () => {
    site = await startSetup()
    dora = await withToken(site)
    await dora.post('/setup/mapping', entered(site).mapping)
  })
  afterEach(() => site.stop())

  const showLine = async () => lineIn((await dora.post('/setup/connector/line')).html)

  test('dora is shown one line, and the mail host that has it gets its settings and is the connector', async () => {
    await fillIn(site, dora)
    const line = await showLine()
    const waiting = (await dora.get('/setup/connector', { htmx: true })).html
    expect(waiting).toMatch(/id="paired"[^>]*hx-trigger="every 3s"/)

    const { answer, given, publicKey } = await pairBy(site.visitor('192.0.2.77'), line)
    expect(answer.status).toBe(200)
    expect(given).toMatchObject({
      settings: { DATABASE_NAME: site.database.name, MAIL_SCHEMA: 'default' },
      databaseHost: null,
    })
    expect(Object.keys(given?.settings ?? {})).not.toContain('DATABASE_PASSWORD')

    const paired = (await dora.get('/setup/connector')).html
    expect(paired).toContain('mail.example.org is connected')
    expect(paired).toMatch(/<a class="button primary" href="\/setup\/summary">/)
    const summary = (await dora.get('/setup/summary')).html
    expect(summary).toContain(`SEAL_CONNECTOR_PUBLIC_KEY=${publicKey}`)
    expect(summary).not.toContain('Content of /etc/colombier/connector.env')

    expect(await dora.post('/setup/summary')).toMatchObject({ status: 303, location: '/first-steps' })
    expect(parseEnv(readFileSync(site.file, 'utf8'))).toMatchObject({ SEAL_CONNECTOR_PUBLIC_KEY: publicKey })
    expect(await site.query('SELECT * FROM colombier_settings')).toEqual([])
  })

  test('a line is good once: of two mail hosts at once one gets the settings', async () => {
    const line = await showLine()
    const answers = await Promise.all(
      [1, 2, 3].map((host) => pairBy(site.visitor(`192.0.2.${host}`), line, { name: `mail${host}.example.org` })),
    )
    expect(answers.map(({ answer }) => answer.status).sort()).toEqual([200, 422, 422])
    const winner = answers.find(({ given }) => given !== null)
    expect((await dora.get('/setup/summary')).html).not.toContain('undefined')
    await fillInTheRest()
    expect((await dora.get('/setup/summary')).html).toContain(winner?.publicKey)
    expect((await pairBy(site.visitor(), line)).answer).toMatchObject({ status: 422, html: 'line' })
  })

  /** The other steps, so that the summary shows the settings; the connector's is done. */
  async function fillInTheRest() {
    const { admin, limits, mail } = entered(site)
    for (const [step, form] of Object.entries({ admin, limits, mail })) await dora.post(`/setup/${step}`, form)
  }

  test('it ends after ten minutes, a newer one ends it, and it cannot be made to last in the database', async () => {
    const first = await showLine()
    const second = await showLine()
    expect((await pairBy(site.visitor(), first)).answer).toMatchObject({ status: 422, html: 'line' })

    const [row] = await stored(site)
    const [endsAt = '', digest = ''] = (row?.value ?? '').split(' ')
    const left = Number(endsAt) - Date.now()
    expect(left).toBeGreaterThan(8 * 60_000)
    expect(left).toBeLessThan(12 * 60_000)
    await site.query("UPDATE colombier_settings SET value = ? WHERE name = 'pairing'", [
      `${Number(endsAt) + 3_600_000} ${digest}`,
    ])
    expect((await pairBy(site.visitor(), second)).answer).toMatchObject({ status: 422, html: 'line' })

    const third = await showLine()
    const over = await elevenMinutesAgo((db) =>
      issueLine(
        db,
        { sessionSecrets: ['for tests only, and long enough to pass'], origin: 'https://colombier.test' },
        third.webPublicKey,
      ),
    )
    const line = readPairingLine(over)
    if (line === null) throw new Error('no line')
    expect((await pairBy(site.visitor(), line)).answer).toMatchObject({
      status: 422,
      html: 'line',
    })
  })

  /** Over a connection whose clock is behind. */
  async function elevenMinutesAgo<T>(work: (db: PoolConnection) => Promise<T>): Promise<T> {
    const db = await site.pool.getConnection()
    try {
      await db.query('SET timestamp = UNIX_TIMESTAMP() - 660')
      return await work(db)
    } finally {
      db.destroy()
    }
  }

  test('wrong lines are limited by network, and a right one that was kept out is not used up', async () => {
    const line = await showLine()
    const guesser = site.visitor('198.51.100.9')
    const guess = () => pairBy(guesser, line, { secret: 'A'.repeat(22) })
    for (let attempt = 0; attempt < 5; attempt++) expect((await guess()).answer.status).toBe(422)
    const blocked = await pairBy(guesser, line)
    expect(blocked.answer.status).toBe(429)
    expect(Number(blocked.answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await pairBy(site.visitor('203.0.113.5'), line)).answer.status).toBe(200)
  })

  test('neither the database nor the log has the secret, and no address leads to it', async () => {
    const answer = await dora.post('/setup/connector/line')
    const line = lineIn(answer.html)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect((await dora.get('/setup/connector')).html).not.toContain(line.secret)
    const [row] = await stored(site)
    expect(row?.value).toMatch(/^\d+ [0-9a-f]{64}$/)

    const request = await sealRequest(
      { connectorPrivateKey: 'A'.repeat(43), connectorPublicKey: '', webPublicKey: line.webPublicKey },
      { secret: line.secret, name: 'mail.example.org', mailRoot: null },
    )
    expect(JSON.stringify(request)).not.toContain(line.secret)
    await pairBy(site.visitor(), line)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const log = site.lines.join('')
    expect(log).toContain('"path":"/pairing"')
    expect(log).toContain('"act":"pairing"')
    expect(log).not.toContain(line.secret)
    expect(new URL(line.url).hash).toBe('')
  })

  test('who stands between can neither read the request nor put another key into it', async () => {
    const line = await showLine()
    const [host, stranger] = await Promise.all([generateSealKeys(), generateSealKeys()])
    const keys = {
      connectorPrivateKey: host.privateKey,
      connectorPublicKey: host.publicKey,
      webPublicKey: line.webPublicKey,
    }
    const request = await sealRequest(keys, { secret: line.secret, name: 'mail.example.org', mailRoot: null })
    expect(await openRequest(stranger.privateKey, request)).toBeNull()
    const altered = await site.visitor().post('/pairing', { ...request, connector: stranger.publicKey })
    expect(altered).toMatchObject({ status: 422, html: 'line' })
    const forms: Record<string, string>[] = [
      {},
      { connector: 'x', sealed: 'y' },
      { connector: host.publicKey, sealed: '' },
    ]
    for (const form of forms) expect((await site.visitor('203.0.113.9').post('/pairing', form)).status).toBe(422)
  })

  test('the web app’s own key is refused, and the line stays good', async () => {
    const line = await showLine()
    const privateKey = readFileSync(site.keyFile, 'utf8').trim()
    const own = await pairBy(site.visitor(), line, { keys: { privateKey, publicKey: line.webPublicKey } })
    expect(own.answer).toMatchObject({ status: 422, html: 'own' })
    expect((await pairBy(site.visitor(), line)).answer.status).toBe(200)
  })

  test('no line is shown before the tables are chosen, nor to anybody without the token', async () => {
    await site.query("DELETE FROM colombier_settings WHERE name = 'setup-draft'")
    const early = await dora.get('/setup/connector')
    expect(early.html).toContain('choose them first')
    expect((await dora.post('/setup/connector/line')).status).toBe(422)
    expect(await stored(site)).toEqual([])
    expect((await site.visitor().post('/setup/connector/line')).location).toBe('/setup')
    expect(await stored(site)).toEqual([])
  })

  test('both values can still be entered by hand', async () => {
    const page = (await dora.get('/setup/connector')).html
    expect(page).toContain('By hand, if the mail host can’t reach this address')
    await fillIn(site, dora)
    expect((await dora.get('/setup/connector')).html).toMatch(/<details open[^>]*>/)
    expect((await dora.get('/setup/summary')).html).toContain('Content of /etc/colombier/connector.env')
  })
})

describe('afterwards', () => {
  let site: TestApp
  beforeEach(async () => {
    site = await startApp({ env: { LOCK: 'password' } })
  })
  afterEach(() => site.stop())

  test('dora shows a line to a further mail host, which has the known key', async () => {
    const dora = await site.signedIn('dora')
    expect((await dora.get('/pairing')).html).toContain('Show the command')
    const line = lineIn((await dora.post('/pairing/line')).html)
    expect(line.webPublicKey).toBe(site.webPublicKey)
    const stranger = await pairBy(site.visitor(), line)
    expect(stranger.answer).toMatchObject({ status: 422, html: 'other' })

    const { answer, given } = await pairBy(site.visitor(), line, { keys: site.connectorKeys })
    expect(answer.status).toBe(200)
    expect(given?.settings).toMatchObject({ DATABASE_NAME: site.database.name, LOCK: 'password' })
    expect((await pairBy(site.visitor(), line, { keys: site.connectorKeys })).answer.html).toBe('line')
  })

  test('nobody else is shown one, and looking makes none', async () => {
    for (const person of ['ada', 'ben', 'cleo'] as const) {
      const browser = await site.signedIn(person)
      expect((await browser.get('/pairing')).status).toBe(403)
      expect((await browser.post('/pairing/line')).status).toBe(403)
    }
    const dora = await site.signedIn('dora')
    await dora.get('/pairing')
    const elsewhere = { headers: { Origin: 'https://elsewhere.test' } }
    expect((await dora.post('/pairing/line', {}, elsewhere)).status).toBe(403)
    expect(await stored(site)).toEqual([])
  })
})
