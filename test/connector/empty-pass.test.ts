import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { startDatabaseProxy, type DatabaseProxy } from './database-proxy.ts'
import { connectorSettings } from './settings.ts'

const program = fileURLToPath(new URL('../../connector/dist/main.js', import.meta.url))
let site: TestApp
let folder: string
let proxy: DatabaseProxy
let env: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colombier-'))
  site = await startApp()
  proxy = await startDatabaseProxy(Number(site.database.env.DATABASE_PORT))
  env = { PATH: '/usr/bin:/bin', ...(await connectorSettings(site, folder)), ...proxy.env }
})
afterAll(async () => {
  await proxy.stop()
  await site.stop()
  await rm(folder, { recursive: true })
})

const run = () => promisify(execFile)(process.execPath, [program, 'run'], { env })

test('a pass with nothing to do sends the database four statements', async () => {
  // The first also looks at Dovecot, which is not done again for ten minutes.
  await run()
  proxy.watch(() => 'forward')

  await run()

  // The session's settings, the sign of life, what waits, and the time.
  expect(proxy.count()).toBe(4)
})
