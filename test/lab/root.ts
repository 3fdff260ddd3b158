// What the tests build of Debian, once, and keep in a cache folder: the root that every test mail host is laid over,
// and MySQL.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** `/usr/sbin` is not in everyone's path, and both building and entering the root need it. */
export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const cache = process.env['COLOMBIER_CACHE'] ?? join(homedir(), '.cache', 'colombier')

/** Of Debian: `sid` tries the next Dovecot, MariaDB and Node before they are released. */
const release = process.env['COLOMBIER_RELEASE'] ?? 'trixie'

/**
 * The folder of the root, which nobody may write to, and an empty folder for instances to mount on. The first call on
 * a machine builds the root, which takes about a minute; a changed recipe is another root.
 * @throws when not run as root, when debootstrap is missing, or when the build fails; the message says what to do.
 */
export function cachedRoot(): { root: string; mountPoint: string } {
  const root = built(`root-${release}`, 'build-root.sh', 'the test mail host')
  const mountPoint = join(cache, 'mount')
  mkdirSync(mountPoint, { recursive: true })
  return { root, mountPoint }
}

/**
 * The folder of a MySQL, built likewise: `mysqld` in it starts the server, `data` is a new server's. @throws likewise
 */
export const cachedMysql = (): string => built('mysql', 'build-mysql.sh', 'MySQL for the tests')

function built(name: string, script: string, what: string): string {
  if (process.getuid?.() !== 0) {
    throw new Error(`To make ${what}, folders are mounted and users changed, so it needs root: run this as root.`)
  }

  const recipe = join(import.meta.dirname, script)
  const hash = createHash('sha256').update(readFileSync(recipe)).digest('hex').slice(0, 12)
  const folder = join(cache, `${name}-${hash}`)
  if (existsSync(folder)) return folder

  const env = { ...process.env, PATH: systemPath }
  if (spawnSync('which', ['debootstrap'], { env }).status !== 0) {
    throw new Error(`To make ${what}, debootstrap is needed. Install it with: apt-get install -y debootstrap`)
  }
  process.stderr.write(`Building ${what} in ${folder}, once; this takes about a minute.\n`)
  mkdirSync(cache, { recursive: true })
  const build = spawnSync('flock', [join(cache, 'lock'), 'unshare', '--mount', 'sh', recipe, folder, release], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  })
  if (build.status !== 0) {
    const lastLines = (build.stdout + build.stderr).split('\n').slice(-30).join('\n')
    throw new Error(`Building ${what} failed:\n${lastLines}`)
  }
  return folder
}
