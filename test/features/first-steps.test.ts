import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())

test('dora sees what is left to do on the mail host, and that it is done as soon as a connector has reported', async () => {
  const dora = await site.signedIn('dora')
  const before = (await dora.get('/first-steps')).html
  for (const command of ['cp -r connector', 'dist/main.js doctor', 'systemctl enable --now colombier-connector-watch'])
    expect(before).toContain(command)
  expect(before).toContain('No connector has reported yet.')
  expect(before).toContain('hx-trigger="every 3s"')

  await site.query(
    `INSERT INTO colombier_connectors (host, version, seen_at, mode)
     VALUES ('mail.example.org', '0.1.0', UTC_TIMESTAMP(6), 'watch')`,
  )
  const after = (await dora.get('/first-steps', { htmx: true })).html
  expect(after).toMatch(/<p class="alert good"[^>]*>The connector on mail\.example\.org reports\./)
  expect(after).not.toContain('hx-trigger')

  await site.query('UPDATE colombier_connectors SET seen_at = UTC_TIMESTAMP(6) - INTERVAL 1 DAY')
  expect((await dora.get('/first-steps')).html).toContain('No connector has reported yet.')
})

test('nobody else is shown them', async () => {
  for (const person of ['ada', 'ben'] as const)
    expect((await (await site.signedIn(person)).get('/first-steps')).status).toBe(403)
})
