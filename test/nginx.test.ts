// The nginx site file, read and run by nginx itself, with other ports, certificates and temporary folders.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type Server,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freePorts } from './support/ports.ts'

const siteFile = join(import.meta.dirname, '../nginx/colombier.conf')
const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path))
const hostName = 'mail-admin.example.org'

// Debian 13 has 1.26. Before 1.25.1 HTTP/2 was a word of `listen`, which newer ones warn of.
const [, minor = 0, patch = 0] = (/nginx\/([\d.]+)/.exec(spawnSync(nginx ?? '', ['-v'], { encoding: 'utf8' }).stderr)?.[1] ?? '').split('.').map(Number) // prettier-ignore
const isOld = minor < 25 || (minor === 25 && patch < 1)

let folder: string
let app: Server
let running: ChildProcess
let httpPort: number
let httpsPort: number
const seen: IncomingHttpHeaders[] = []
const openStreams = new Set<() => void>()

beforeAll(async () => {
  if (!nginx) throw new Error('nginx is not installed: apt-get install -y --no-install-recommends nginx')
  folder = mkdtempSync(join(tmpdir(), 'colombier-nginx-'))
  app = createServer((request, response) => {
    seen.push(request.headers)
    if (request.url === '/registrations/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n')
      openStreams.add(() => response.end())
      return
    }
    request.resume().on('end', () => response.end('the page'))
  }).listen(0, '127.0.0.1')
  await once(app, 'listening')
  const [one = 0, other = 0] = await freePorts(2)
  httpPort = one
  httpsPort = other

  const tls = [join(folder, 'cert.pem'), join(folder, 'key.pem')] as const
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'].concat([
      '-subj',
      `/CN=${hostName}`,
      '-addext',
      `subjectAltName=DNS:${hostName}`,
      '-out',
      tls[0],
      '-keyout',
      tls[1],
    ]),
    { stdio: 'pipe' },
  )
  const replacements: [string | RegExp, string][] = [
    // A machine need not have IPv6.
    [/^ *listen \[::\]:.*\n/gm, ''],
    ['listen 80;', `listen 127.0.0.1:${httpPort};`],
    ['listen 443 ', `listen 127.0.0.1:${httpsPort} `],
    ...(isOld
      ? ([
          [' ssl;', ' ssl http2;'],
          ['  http2 on;\n', ''],
        ] as [string, string][])
      : []),
    ['127.0.0.1:8686', `127.0.0.1:${(app.address() as AddressInfo).port}`],
    [`/etc/letsencrypt/live/${hostName}/fullchain.pem`, tls[0]],
    [`/etc/letsencrypt/live/${hostName}/privkey.pem`, tls[1]],
  ]
  let site = readFileSync(siteFile, 'utf8')
  for (const [from, to] of replacements) {
    const changed = site.replace(from, to)
    expect(changed, `the site file has no ${String(from)}`).not.toBe(site)
    site = changed
  }
  writeFileSync(join(folder, 'site.conf'), site)
  writeFileSync(join(folder, 'nginx.conf'), wrapping(join(folder, 'site.conf')))

  running = spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-g', 'daemon off;'], {
    stdio: 'ignore',
  })
  for (let tries = 0; !(await ask({ path: '/' }).catch(() => null)); tries++) {
    if (tries > 200 || running.exitCode !== null) throw new Error('nginx did not start')
    await sleep(25)
  }
})

afterAll(async () => {
  openStreams.forEach((end) => end())
  if (running.exitCode === null && running.kill('SIGQUIT')) await once(running, 'exit')
  app.closeAllConnections()
  app.close()
  rmSync(folder, { recursive: true, force: true })
})

test('nginx accepts the site file', () => {
  const check = spawnSync(nginx ?? '', ['-t', '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    encoding: 'utf8',
  })

  expect(check.stderr).toContain('test is successful')
  expect(check.stderr).not.toMatch(/\[(?:emerg|warn)\]/)
})

test('HTTP/2 is asked for as nginx of today wants it', () => {
  const site = readFileSync(siteFile, 'utf8')
  expect(site).toContain('\n  http2 on;\n')
  expect(site).not.toMatch(/listen[^;]*http2/)
})

test('who comes by HTTP is sent to HTTPS, under the name of the site and not the one they asked for', async () => {
  const answer = await ask({ path: '/mailboxes?page=2', plain: true, headers: { host: 'elsewhere.example.net' } })

  expect(answer.statusCode).toBe(301)
  expect(answer.headers.location).toBe(`https://${hostName}/mailboxes?page=2`)
})

test('the app hears the address of the client, and nothing that the client says of itself', async () => {
  const forged = {
    'x-forwarded-for': '192.0.2.66',
    'x-forwarded-proto': 'http',
    forwarded: 'for=192.0.2.66',
    'x-real-ip': '192.0.2.66',
  }
  const answer = await ask({ path: '/sign-in', headers: forged })

  expect(await text(answer)).toBe('the page')
  const heard = seen.at(-1)
  expect(heard?.['x-forwarded-for']).toBe('127.0.0.1')
  expect(heard?.['x-forwarded-proto']).toBe('https')
  expect(heard?.host).toBe(hostName)
  expect(JSON.stringify(heard)).not.toContain('192.0.2.66')
})

test('an event reaches the moderator while the stream stays open', async () => {
  const answer = await ask({ path: '/registrations/events' })
  const [first] = (await once(answer, 'data')) as [Buffer]

  expect(first.toString()).toBe('data: first\n\n')
  expect(answer.complete).toBe(false)
  answer.destroy()
})

test('a body that no form of ours has is refused before it reaches the app', async () => {
  const before = seen.length
  const answer = await ask({ path: '/sign-in', method: 'POST', body: 'x'.repeat(70_000) })

  expect(answer.statusCode).toBe(413)
  expect(seen).toHaveLength(before)
})

test('a token that was mailed stands in no log, neither by HTTP nor when the app is down', async () => {
  const src = join(import.meta.dirname, '../src')
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => [...readFileSync(join(src, file), 'utf8').matchAll(/rigin\}(\/[\w/-]+)\?token=/g)])
    .map(([, path = '']) => path)
  expect(new Set(paths).size).toBe(3)
  const visit = async () => {
    for (const path of paths) {
      await text(await ask({ path: `${path}?token=only-for-ada` }))
      await text(await ask({ path: `${path}?token=only-for-ada`, plain: true }))
    }
    await text(await ask({ path: '/sign-in?from=anywhere' }))
  }
  const log = () => ['access', 'error'].map((name) => readFileSync(join(folder, `${name}.log`), 'utf8')).join('')

  await visit()
  app.closeAllConnections()
  await new Promise((resolve) => app.close(resolve))
  await visit()
  // nginx writes its line after the answer.
  await vi.waitFor(() => expect(log().match(/from=anywhere/g)?.length).toBeGreaterThanOrEqual(3))
  expect(log()).toContain('Connection refused')
  expect(log()).not.toContain('only-for-ada')
})

test('one sed puts the name of the site everywhere', () => {
  const named = readFileSync(siteFile, 'utf8').replaceAll(hostName, 'doves.example.net')
  expect(named.match(/server_name doves\.example\.net;/g)).toHaveLength(2)
  expect(named).not.toContain('example.org')
  for (const guide of ['install.md', 'install.fr.md']) {
    const text = readFileSync(join(import.meta.dirname, '../docs', guide), 'utf8')
    expect(text).toContain("sed -i 's/mail-admin.example.org/YOUR.NAME/' /etc/nginx/sites-available/colombier.conf")
  }
})

interface Asked {
  path: string
  plain?: boolean
  method?: string
  headers?: Record<string, string>
  body?: string
}

async function ask({ path, plain = false, method = 'GET', headers = {}, body = '' }: Asked): Promise<IncomingMessage> {
  const options = { host: '127.0.0.1', port: plain ? httpPort : httpsPort, path, method, agent: false as const }
  const all = { host: hostName, 'content-length': String(body.length), ...headers }
  const request = plain
    ? httpRequest({ ...options, headers: all })
    : httpsRequest({ ...options, headers: all, servername: hostName, ca: readFileSync(join(folder, 'cert.pem')) })
  request.end(body)
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  return answer
}

const wrapping = (site: string): string => `worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 64; }
http {
  access_log ${folder}/access.log;
  error_log ${folder}/error.log;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  include ${site};
}
`
