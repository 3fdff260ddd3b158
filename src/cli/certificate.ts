import { execFile } from 'node:child_process'
import { access, chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const folder = '/etc/mysql/tls'
/** Where Debian's MariaDB and MySQL read settings, and the section that both read. */
const places = ['/etc/mysql/mariadb.conf.d', '/etc/mysql/mysql.conf.d']

const settings = `# Made by colombier-database: the web app's host reaches the database by TLS alone.
[mysqld]
bind-address = 0.0.0.0
ssl_cert = ${folder}/server.pem
ssl_key = ${folder}/server.key

# MariaDB's own programs, such as mariadb-dump, check the certificate on the socket too.
[client-mariadb]
ssl_ca = ${folder}/authority.pem
`

/**
 * Lets another host reach the database of this one: an authority of its own, a certificate for the name, and the
 * server's settings. What is there already stays as it is; one that was killed is begun anew.
 * @param tell is told each file that is made
 * @returns what is left to do; null when all of it was there
 * @throws Error when a file or folder of the server's is not where it is looked for
 */
export async function makeCertificate(name: string, tell: (line: string) => void): Promise<string | null> {
  const place = await firstThere(places)
  if (place === null) throw new Error(`None of ${places.join(' and ')} is there: docs/install.md has it by hand.`)
  const file = join(place, '60-colombier.cnf')
  const isMade = (await firstThere([file])) !== null && (await firstThere([folder])) !== null
  if (isMade) return null

  if ((await firstThere([folder])) === null) {
    const making = await mkdtemp(join(dirname(folder), '.tls-'))
    try {
      await sign(making, name)
      await rename(making, folder)
    } finally {
      await rm(making, { recursive: true, force: true })
    }
    tell(`-- ${folder} has an authority and a certificate for ${name}.`)
  }
  await writeFile(file, settings)
  tell(`-- ${file} lets other hosts come, by TLS.`)
  return `Restart the database, and let a firewall admit the web app's host alone to its port. The web app needs
DATABASE_HOST=${name}, and ${folder}/authority.pem as the file of its DATABASE_TLS_CA.`
}

async function sign(at: string, name: string) {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: at })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const authority = ['-days', '3650', '-subj', '/CN=database authority', '-keyout', 'authority.key']
  await openssl('req', '-x509', ...key, ...authority, '-out', 'authority.pem')
  await openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', 'server.key', '-out', 'server.csr')
  await writeFile(join(at, 'extensions'), `subjectAltName=DNS:${name},DNS:localhost\n`)
  const by = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-extfile', 'extensions']
  await openssl('x509', '-req', '-in', 'server.csr', ...by, '-days', '3650', '-out', 'server.pem')
  await Promise.all(['server.csr', 'extensions', 'authority.srl'].map((file) => rm(join(at, file), { force: true })))
  for (const file of ['authority.key', 'server.key']) await chmod(join(at, file), 0o600)
  await run('chown', ['mysql:', ...['server.key', 'server.pem'].map((file) => join(at, file))])
  await chmod(at, 0o755)
}

async function firstThere(paths: string[]): Promise<string | null> {
  for (const path of paths) if (await access(path).then(() => true, () => false)) return path // prettier-ignore
  return null
}
