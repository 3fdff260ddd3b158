import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile, writeFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../src/app.tsx'
import { issueLine } from '../../src/pairing/line.ts'
import { connectorProgram, startMailHost, type MailHost } from './mail-host.ts'

let host: MailHost
beforeAll(async () => {
  host = await startMailHost()
})
afterAll(() => host.stop())

test('on a mail host where all is well, one line leaves nothing to do but to let something start the connector', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = { ...host.deps.config, origin }
  const listener = getRequestListener(createApp({ ...host.deps, config }).fetch)
  server.on('request', (request, response) => void listener(request, response))
  try {
    const { DATABASE_USER = '', DATABASE_PASSWORD = '' } = host.env as Record<string, string>
    const file = `${host.lab.root}/etc/colombier/connector.env`
    await writeFile(file, `DATABASE_USER=${DATABASE_USER}\nDATABASE_PASSWORD=${DATABASE_PASSWORD}\n`, { mode: 0o600 })
    const line = await issueLine(host.pool, config, host.keys.web.publicKey)
    const command = ['node', connectorProgram, 'pair', line, '--mail-root', '/srv/mail']
    const { code, stdout } = await host.lab.run(command, { env: { CONNECTOR_NAME: 'mail.example.org' } })

    expect(stdout).not.toMatch(/^fail/m)
    expect(stdout).toContain('There is no systemd here')
    expect(code).toBe(0)
    expect(parseEnv(await readFile(file, 'utf8'))).toMatchObject({
      SEAL_WEB_PUBLIC_KEY: host.keys.web.publicKey,
      MAIL_ROOT: '/srv/mail',
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
