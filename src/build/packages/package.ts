// npm run package [FOLDER]: makes the two Debian packages from what npm run build has compiled, with dpkg-deb alone.
// The same sources make the same bytes: every date is that of the last commit, or SOURCE_DATE_EPOCH.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { lstatSync, rmdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = resolve(import.meta.dirname, '../../..')
const to = resolve(process.argv[2] ?? join(root, 'dist/packages'))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const epoch = Number(process.env['SOURCE_DATE_EPOCH'] ?? run('git', ['log', '-1', '--format=%ct']))
const architecture = run('dpkg', ['--print-architecture'])

/** Node's names of the machine, in file names of native parts. */
const machines: Record<string, string> = { amd64: 'x64', arm64: 'arm64', armhf: 'arm' }
const machine = machines[architecture] ?? architecture

function run(program: string, args: string[], env: NodeJS.ProcessEnv = process.env): string {
  return execFileSync(program, args, { cwd: root, encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'inherit'] }).trim()
}

interface Tree {
  folder: string
  put(path: string, content: string | Buffer, mode?: number): void
  /** @param wanted by the path of a file within what is copied */
  copy(from: string, path: string, wanted?: (file: string) => boolean): void
}

function plant(folder: string): Tree {
  return {
    folder,
    put(path, content, mode = 0o644) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
      chmodSync(join(folder, path), mode)
    },
    copy(from, path, wanted = () => true) {
      const source = join(root, from)
      const filter = (file: string) => lstatSync(file).isDirectory() || wanted(relative(source, file))
      cpSync(source, join(folder, path), { recursive: true, filter })
    },
  }
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
/** The level and the missing name and date make it the same every time. */
const zipped = (text: string): Buffer => gzipSync(text, { level: 9 })

/** What the web app needs at run time: npm's own record says which packages those are. */
function productionPackages(): string[] {
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { dev?: true; devOptional?: true; cpu?: string[]; libc?: string[]; os?: string[] }>
  }
  return Object.entries(lock.packages).flatMap(([path, { dev, devOptional, cpu, libc, os }]) => {
    const isForOthers =
      (cpu && !cpu.includes(machine)) || (os && !os.includes('linux')) || (libc && !libc.includes('glibc'))
    // TypeScript is an optional peer of valibot's, and of no use to what is compiled. Types neither.
    const isForCompiling = /^node_modules\/(?:typescript|undici-types|@types\/.*)$/.test(path)
    return path === '' || dev || devOptional || isForOthers || isForCompiling || !existsSync(join(root, path))
      ? []
      : [path]
  })
}

/** Sources, types and native parts of other machines, which nothing reads at run time. */
function isNeeded(file: string): boolean {
  if (/(?:^|\/)node_modules(?:\/|$)/.test(file)) return false
  if (/\.(?:d\.[cm]?ts(?:\.map)?|[cm]?ts|map|cpp|gyp|h|c|markdown|flow|html|py)$|(?:^|\/)\.[^/]*$/i.test(file))
    return false
  if (/\.md$/i.test(file) && !/licen[cs]e/i.test(file)) return false
  if (/^argon2\//.test(file)) return false
  if (/^(?:test|tests|__tests__|example|examples|benchmarks?|\.github|docs)\//.test(file)) return false
  const [, place] = /^prebuilds\/([^/]+)\//.exec(file) ?? []
  return place === undefined || (place === `linux-${machine}` && !file.includes('musl'))
}

/** Of what was compiled, that of which the source is still there. */
const hasSource =
  (from: string) =>
  (file: string): boolean =>
    file.endsWith('.js') &&
    ['.ts', '.tsx'].some((ending) => existsSync(join(root, from, file.replace(/\.js$/, ending))))

/** The licences of what a package has in it. */
function listPackages(paths: string[]): string {
  return paths
    .map((path) => {
      const { name, version: its, license } = JSON.parse(read(`${path}/package.json`)) as Record<string, unknown>
      return `${String(name)} ${String(its)}: ${String(license)}\n`
    })
    .sort()
    .join('')
}

/** The unit as it stands in systemd/, for the folders of the package. */
const unit = (name: string, changes: [string, string][]): string =>
  changes.reduce(
    (text, [from, into]) => {
      if (!text.includes(from)) throw new Error(`${name} has no ${from}`)
      return text.replaceAll(from, into)
    },
    read(`systemd/${name}`),
  )

function makeWeb(tree: Tree) {
  const home = 'usr/lib/colombier'
  tree.copy('dist/src', `${home}/dist/src`, hasSource('src'))
  tree.copy('dist/connector', `${home}/dist/connector`, hasSource('connector'))
  tree.copy('static', `${home}/static`)
  tree.put(`${home}/package.json`, read('package.json'))
  tree.put(`${home}/schema.sql`, read('schema.sql'))
  const packages = productionPackages()
  for (const path of packages) tree.copy(path, `${home}/${path}`, isNeeded)

  tree.put(
    'usr/lib/systemd/system/colombier.service',
    unit('colombier.service', [
      ['file:/opt/colombier/docs/operate.md', 'file:/usr/share/doc/colombier/operate.md'],
      ['/etc/colombier/colombier.env', '/etc/colombier/web/colombier.env'],
      ['/opt/colombier', '/usr/lib/colombier'],
      ['ProtectSystem=strict\n', 'ProtectSystem=strict\nReadWritePaths=/etc/colombier/web\n'],
    ]).replace(
      /^# It writes nothing but[^]*?(?=ProtectSystem)/m,
      '# It writes to the database, its log, and from /setup to the folder of its settings.\n',
    ),
  )
  tree.put('usr/share/colombier/colombier.env', read('.env.example'))
  tree.put('usr/share/doc/colombier/examples/nginx.conf', read('nginx/colombier.conf'))
  for (const name of ['install', 'install.fr', 'mapping', 'operate', 'proxies', 'security']) {
    tree.put(`usr/share/doc/colombier/${name}.md`, read(`docs/${name}.md`))
  }
  finish(tree, 'colombier', packages, { 'usr/bin/colombier': 'colombier.sh' })
}

async function makeConnector(tree: Tree) {
  const home = 'usr/lib/colombier-connector'
  const bundled = await build({
    absWorkingDir: root,
    entryPoints: { main: 'connector/main.ts', database: 'src/cli/database.ts' },
    outdir: join(tree.folder, home, 'dist'),
    bundle: true,
    splitting: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    legalComments: 'eof',
    // mysql2 asks for Node's modules by require.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'warning',
  })
  const packages = new Set(
    Object.keys(bundled.metafile.inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  )
  tree.put(`${home}/package.json`, read('connector/package.json'))
  const changes: [string, string][] = [
    ['file:/opt/colombier-connector/contract/README.md', 'man:colombier-connector(1)'],
    ['/opt/colombier-connector', `/${home}`],
  ]
  for (const name of ['colombier-connector.service', 'colombier-connector-watch.service']) {
    tree.put(`usr/lib/systemd/system/${name}`, unit(name, changes))
  }
  tree.put('usr/lib/systemd/system/colombier-connector.timer', unit('colombier-connector.timer', []))
  tree.put('usr/share/colombier-connector/connector.env', read('connector/.env.example'))
  tree.put('usr/share/colombier-connector/schema.sql', read('schema.sql'))
  tree.put('usr/share/doc/colombier-connector/contract.md', read('connector/contract/README.md'))
  finish(tree, 'colombier-connector', [...packages], {
    'usr/bin/colombier-connector': 'colombier-connector.sh',
    'usr/sbin/colombier-database': 'colombier-database.sh',
  })
}

/** What both packages have, and their scripts. */
function finish(tree: Tree, name: string, packages: string[], commands: Record<string, string>) {
  const own = `src/build/packages/${name}`
  for (const [path, script] of Object.entries(commands)) tree.put(path, read(`${own}/${script}`), 0o755)
  tree.put(`usr/share/bash-completion/completions/${name}`, read(`${own}/completion`))
  for (const page of readdirSync(join(root, own)).filter((file) => /\.[18]$/.test(file))) {
    const text = read(`${own}/${page}`).replaceAll('@VERSION@', version)
    tree.put(`usr/share/man/man${page.slice(-1)}/${page}.gz`, zipped(text))
  }
  tree.put(`usr/share/doc/${name}/copyright`, read('src/build/packages/copyright'))
  tree.put(`usr/share/doc/${name}/LICENSE.gz`, zipped(read('LICENSE')))
  tree.put(`usr/share/doc/${name}/CHANGELOG.md.gz`, zipped(read('CHANGELOG.md')))
  tree.put(`usr/share/doc/${name}/changelog.gz`, zipped(debianChangelog(name)))
  if (existsSync(join(root, own, 'lintian-overrides'))) {
    tree.put(`usr/share/lintian/overrides/${name}`, read(`${own}/lintian-overrides`))
  }
  tree.put(`usr/share/doc/${name}/packages.txt`, listPackages(packages))

  const files = filesIn(tree.folder)
  const bytes = files.reduce((sum, file) => sum + lstatSync(join(tree.folder, file)).size, 0)
  const control = read(`${own}/control`)
    .replace('@VERSION@', version)
    .replace('@ARCHITECTURE@', architecture)
    .replace('@SIZE@', String(Math.ceil(bytes / 1024)))
  const sums = files.map((file) => {
    const sum = createHash('md5')
      .update(readFileSync(join(tree.folder, file)))
      .digest('hex')
    return `${sum}  ${file}\n`
  })
  tree.put('DEBIAN/control', control)
  tree.put('DEBIAN/md5sums', sums.join(''))
  for (const script of ['postinst', 'prerm', 'postrm']) tree.put(`DEBIAN/${script}`, read(`${own}/${script}`), 0o755)
}

/** In Debian's own form, which its tools read; what has changed stands in CHANGELOG.md. */
function debianChangelog(name: string): string {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')
  return `${name} (${version}) unstable; urgency=medium

  * What has changed stands in CHANGELOG.md.gz beside this file.

 -- Colombier <colombier@example.org>  ${date}
`
}

const filesIn = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => !lstatSync(join(folder, path)).isDirectory())
    .sort()

/** Gives every file one date and the rights that packages have, and packs them. */
function pack({ folder }: Tree, name: string) {
  // What was left out leaves folders behind, the deepest of which come first.
  for (const path of (readdirSync(folder, { recursive: true }) as string[]).sort().reverse()) {
    const place = join(folder, path)
    if (lstatSync(place).isDirectory() && readdirSync(place).length === 0) rmdirSync(place)
  }
  for (const path of ['.', ...(readdirSync(folder, { recursive: true }) as string[])]) {
    const file = join(folder, path)
    const isProgram = () => /^DEBIAN\/p/.test(path) || readFileSync(file).subarray(0, 2).toString() === '#!'
    chmodSync(file, lstatSync(file).isDirectory() || isProgram() ? 0o755 : 0o644)
    utimesSync(file, epoch, epoch)
  }
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch), DPKG_DEB_THREADS_MAX: '1' }
  const file = join(to, name)
  run('dpkg-deb', ['--root-owner-group', '-Zxz', '-z6', '--build', folder, file], env)
  console.log(`${file}: ${(lstatSync(file).size / 1e6).toFixed(1)} MB`)
}

const staging = mkdtempSync(join(tmpdir(), 'colombier-package-'))
try {
  mkdirSync(to, { recursive: true })
  const web = plant(join(staging, 'web'))
  makeWeb(web)
  pack(web, `colombier_${version}_${architecture}.deb`)
  const connector = plant(join(staging, 'connector'))
  await makeConnector(connector)
  pack(connector, `colombier-connector_${version}_all.deb`)
} finally {
  rmSync(staging, { recursive: true, force: true })
}
