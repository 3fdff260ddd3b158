// Installs what the demo or the tests need and is missing. Plain Node: it runs before any package is installed.
// node test/support/prepare.mjs demo|app|test
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = join(import.meta.dirname, '../..')
export const isRoot = process.getuid?.() === 0

const database = { program: 'mariadbd', package: 'mariadb-server-core', serves: 'the private database' }
const lab = [
  { program: 'debootstrap', package: 'debootstrap', serves: 'the real mail host' },
  { program: 'unshare', package: 'util-linux', serves: 'the real mail host' },
]
const tools = [
  database,
  { program: 'chromium', package: 'chromium', serves: 'the tests in a browser' },
  { program: 'nginx', package: 'nginx', serves: 'the test of the nginx site file' },
  { program: 'mkpasswd', package: 'whois', serves: 'the comparison of password hashes' },
  { program: 'openssl', package: 'openssl', serves: 'the tests with certificates' },
  { program: 'systemd-analyze', package: 'systemd', serves: 'the test of the systemd units' },
]
// Nobody but root can run the mail host, so nobody else needs what builds it.
const packaging = [
  { program: 'dpkg-deb', package: 'dpkg', serves: 'the Debian packages' },
  { program: 'lintian', package: 'lintian', serves: 'the check of the Debian packages' },
  { program: 'groff', package: 'groff-base', serves: 'the check of the manual pages' },
]
const rehearsal = [{ program: 'ip', package: 'iproute2', serves: 'the network between the rehearsed hosts' }]
const needs = {
  demo: isRoot ? [database, ...lab] : [database],
  app: tools,
  test: [...tools, ...lab, ...packaging, ...rehearsal],
}

/**
 * Installs what is missing for `purpose`, as far as this user may.
 * @returns the programs that are still missing; none when everything is there
 */
export function prepare(purpose) {
  installPackages('.')
  if (existsSync(join(top, 'connector/package-lock.json'))) installPackages('connector')

  let missing = missingPrograms(purpose)
  const install = ['install', '-y', '--no-install-recommends', ...new Set(missing.map((need) => need.package))]
  if (missing.length > 0 && isRoot) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    run('apt-get', ['update'], env)
    run('apt-get', install, env)
    missing = missingPrograms(purpose)
  }
  if (missing.length > 0) {
    console.error(
      `\nMissing on this machine. Install it with:\n\n  ${isRoot ? '' : 'sudo '}apt-get ${install.join(' ')}\n`,
    )
    for (const need of missing) console.error(`Without ${need.program} there is no part of this: ${need.serves}.`)
  }
  return missing.map((need) => need.program)
}

/** Compiles the web app and the connector. @throws when the compiler does not accept them */
export function build() {
  run('npm', ['run', '--silent', 'build'])
  const { scripts } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
  if (existsSync(join(top, 'connector/tsconfig.json')) && !scripts.build.includes('connector/')) {
    run('npx', ['tsc', '-p', 'connector/tsconfig.json'])
  }
}

function installPackages(folder) {
  if (!packagesDiffer(folder)) return
  // Tools that only development needs are wanted even where NODE_ENV says production.
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--prefix', folder])
}

/** Compared by content: a fresh checkout or a rebase gives the lock file a time that means nothing. */
function packagesDiffer(folder) {
  const read = (path) => JSON.parse(readFileSync(join(top, folder, path), 'utf8')).packages
  let installed
  try {
    installed = read('node_modules/.package-lock.json')
  } catch {
    return true
  }
  return Object.entries(read('package-lock.json')).some(
    ([path, wanted]) => path !== '' && !wanted.optional && installed[path]?.version !== wanted.version,
  )
}

const missingPrograms = (purpose) => needs[purpose].filter((need) => !isInstalled(need.program))

// /usr/sbin is in root's path only, and anyone may run a private mariadbd or nginx from there.
const isInstalled = (program) =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) =>
    existsSync(join(folder, program)),
  )

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: top, env, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const purpose = process.argv[2] ?? 'demo'
  if (!(purpose in needs)) throw new Error(`Prepare for what: ${Object.keys(needs).join(', ')}?`)
  if (prepare(purpose).length > 0) process.exitCode = 1
}
