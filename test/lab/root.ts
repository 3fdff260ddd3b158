// The Debian root that every test mail host is laid over, built once and kept in a cache folder.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const recipe = join(import.meta.dirname, 'build-root.sh')

/** `/usr/sbin` is not in everyone's path, and both building and entering the root need it. */
export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * The folder of the root, which nobody may write to, and an empty folder for instances to mount on. The first call on
 * a machine builds the root, which takes about a minute; a changed recipe is another root.
 * @throws when not run as root, when debootstrap is missing, or when the build fails; the message says what to do.
 */
export function cachedRoot(): { root: string; mountPoint: string } {
  if (process.getuid?.() !== 0) {
    throw new Error('The test mail host mounts folders and changes users, so it needs root: run this as root.')
  }

  const cache = process.env['COLOMBIER_CACHE'] ?? join(homedir(), '.cache', 'colombier')
  const hash = createHash('sha256').update(readFileSync(recipe)).digest('hex').slice(0, 12)
  const root = join(cache, `root-${hash}`)
  const mountPoint = join(cache, 'mount')
  mkdirSync(mountPoint, { recursive: true })
  if (existsSync(root)) return { root, mountPoint }

  const env = { ...process.env, PATH: systemPath }
  if (spawnSync('which', ['debootstrap'], { env }).status !== 0) {
    throw new Error('The test mail host needs debootstrap. Install it with: apt-get install -y debootstrap')
  }
  process.stderr.write(`Building the test mail host in ${root}, once; this takes about a minute.\n`)
  const build = spawnSync('flock', [join(cache, 'lock'), 'unshare', '--mount', 'sh', recipe, root], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  })
  if (build.status !== 0) {
    const lastLines = (build.stdout + build.stderr).split('\n').slice(-30).join('\n')
    throw new Error(`Building the test mail host failed:\n${lastLines}`)
  }
  return { root, mountPoint }
}
