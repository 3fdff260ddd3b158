import { execFileSync } from 'node:child_process'
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectionOptions, type DatabaseSettings } from '../../connector/contract/database.ts'
import { startMailHost, type MailHost } from './mail-host.ts'

let host: MailHost
let folder: string
let settings: DatabaseSettings

const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
function makeAuthority(name: string) {
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`) // prettier-ignore
}
async function makeCertificate(file: string, name: string, authority: string) {
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`, '-keyout', `${file}.key`, '-out', `${file}.csr`) // prettier-ignore
  await writeFile(join(folder, 'extensions'), `subjectAltName=DNS:${name}\n`)
  openssl('x509', '-req', '-in', `${file}.csr`, '-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial', '-days', '2', '-extfile', 'extensions', '-out', `${file}.pem`) // prettier-ignore
}

/** The database server shows this certificate from now on. */
async function present(file: string) {
  const inside = `${host.lab.root}/etc/mysql`
  await cp(join(folder, `${file}.pem`), `${inside}/server.pem`)
  await cp(join(folder, `${file}.key`), `${inside}/server.key`)
  await host.lab.run(['chown', 'mysql:mysql', '/etc/mysql/server.key', '/etc/mysql/server.pem'])
  // The servers have no common word for it, and MySQL's refuses what clients are to refuse here.
  await host.lab.stopDatabase()
  await host.lab.startDatabase()
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colombier-tls-'))
  makeAuthority('authority')
  makeAuthority('stranger')
  await makeCertificate('right', 'localhost', 'authority')
  await makeCertificate('misnamed', 'db.example.net', 'authority')
  await makeCertificate('unknown', 'localhost', 'stranger')

  host = await startMailHost()
  await writeFile(`${host.lab.root}/etc/hosts`, '127.0.0.1 localhost\n')
  await cp(join(folder, 'right.pem'), `${host.lab.root}/etc/mysql/server.pem`)
  await cp(join(folder, 'right.key'), `${host.lab.root}/etc/mysql/server.key`)
  await cp(join(folder, 'authority.pem'), `${host.lab.root}/etc/colombier/authority.pem`)
  await host.lab.run(['chown', 'mysql:mysql', '/etc/mysql/server.key', '/etc/mysql/server.pem'])
  await appendFile(
    `${host.lab.root}/etc/mysql/lab.cnf`,
    'ssl_cert = /etc/mysql/server.pem\nssl_key = /etc/mysql/server.key\n',
  )
  await host.lab.stopDatabase()
  await host.lab.startDatabase()

  const { port, user, password, database } = host.lab.database
  settings = {
    DATABASE_HOST: 'localhost',
    DATABASE_PORT: port,
    DATABASE_SOCKET: '',
    DATABASE_USER: user,
    DATABASE_PASSWORD: password,
    DATABASE_NAME: database,
    DATABASE_TLS: 'always',
    DATABASE_TLS_CA: join(folder, 'authority.pem'),
  }
})
afterAll(async () => {
  await host.stop()
  await rm(folder, { recursive: true })
})

async function cipher(more: Partial<DatabaseSettings> = {}): Promise<string> {
  const connection = await createConnection(connectionOptions({ ...settings, ...more }))
  const [[row]] = await connection.query<(RowDataPacket & { Value: string })[]>("SHOW STATUS LIKE 'Ssl_cipher'")
  await connection.end()
  return row?.Value ?? ''
}

describe('the way to a database over TLS', () => {
  test('is encrypted, and open to a server with the right name from the right authority', async () => {
    await present('right')
    expect(await cipher()).not.toBe('')
  })

  test('is closed to a server with another name', async () => {
    await present('misnamed')
    await expect(cipher()).rejects.toThrow(/altnames|does not match/i)
  })

  test('is closed to a server from an authority that nobody knows', async () => {
    await present('unknown')
    await expect(cipher()).rejects.toThrow(/certificate/i)
  })

  test('is closed to one from an authority of our own when none is given', async () => {
    await present('right')
    await expect(cipher({ DATABASE_TLS_CA: '' })).rejects.toThrow(/certificate/i)
  })

  test('is refused for an address without a name, and for a file of authorities that is not there', () => {
    expect(() => connectionOptions({ ...settings, DATABASE_HOST: '127.0.0.1' })).toThrow('DATABASE_HOST')
    expect(() => connectionOptions({ ...settings, DATABASE_TLS_CA: '/none.pem' })).toThrow('no such file')
  })

  test('is taken by the connector, which does its work over it and refuses a server with another name', async () => {
    await present('right')
    const env = { DATABASE_HOST: 'localhost', DATABASE_TLS: 'always', DATABASE_TLS_CA: '/etc/colombier/authority.pem' }
    await host.requestMailbox('over.tls@example.org', 'the first password')
    const { code, stdout } = await host.connect(env)
    expect(code, stdout).toBe(0)
    expect(await host.task('over.tls@example.org')).toMatchObject({ state: 'done' })
    expect((await host.connect(env, ['doctor'])).stdout).toContain('over TLS')

    await present('misnamed')
    const refused = await host.connect(env)
    expect(refused.code).toBe(1)
    expect(refused.stdout).toContain('"level":"error"')
    expect(refused.stdout).not.toContain(await readFile(`${host.lab.root}/etc/colombier/connector.key`, 'utf8'))
  })
})
