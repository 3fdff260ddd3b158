import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { once } from '../lib/once.ts'
import { encodingFor } from './html.ts'
import { createRoutes } from './context.ts'

const root = projectRoot(import.meta.dirname)

// The scripts are sent as one file, unmodified: separate, htmx, its event stream and our own would take three of the
// four requests that a first view may make. The mark is also the icon, which browsers fetch by themselves. What only
// the setup needs, which one person sees once, is a file of its own.
const sources: Record<string, string[]> = {
  'colombier.css': ['static/colombier.css'],
  'setup.css': ['static/setup.css'],
  'mark.svg': ['static/mark.svg'],
  // Only where a passkey can be made or shown.
  'passkeys.js': ['static/passkeys.js'],
  'colombier.js': [
    'node_modules/htmx.org/dist/htmx.min.js',
    'node_modules/htmx.org/dist/ext/hx-sse.min.js',
    'static/colombier.js',
  ],
}
const types: Record<string, string> = { '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' }

interface Asset {
  url: string
  type: string
  plain: Buffer<ArrayBuffer>
  /** compressed when it is first asked for, as well as can be, and once */
  br: () => Promise<Buffer<ArrayBuffer>>
  gzip: () => Promise<Buffer<ArrayBuffer>>
}

const assets = new Map(Object.entries(sources).map(([name, files]) => [name, read(name, files)]))
const byUrl = new Map([...assets.values()].map((asset) => [asset.url, asset]))

/** The address of a static file, with its content's hash in it, so that it may be kept for ever. */
export function assetUrl(name: keyof typeof sources): string {
  const asset = assets.get(name)
  if (asset === undefined) throw new Error(`there is no static file ${name}`)
  return asset.url
}

export const assetRoutes = createRoutes().get('/static/:name', async (c, next) => {
  const asset = byUrl.get(c.req.path)
  if (asset === undefined) return next()

  c.header('Content-Type', `${asset.type}; charset=utf-8`)
  c.header('Cache-Control', 'public, max-age=31536000, immutable')
  c.header('Vary', 'Accept-Encoding')
  c.header('X-Content-Type-Options', 'nosniff')
  const encoding = encodingFor(c)
  if (encoding === 'identity') return c.body(asset.plain)
  c.header('Content-Encoding', encoding)
  return c.body(await asset[encoding]())
})

function read(name: string, files: string[]): Asset {
  // Comments and indents are for readers of the source. A source map comment would make developer tools ask for a
  // missing file.
  const text = files
    .map((file) =>
      readFileSync(join(root, file), 'utf8')
        .replace(/\/\/# sourceMappingURL=.*/, '')
        .replace(/^\s*(?:\/\/ .*|\/\*(?:(?!\*\/).)*\*\/)$/gm, '')
        .replace(/^\s+/gm, ''),
    )
    .join('\n')
  const extension = extname(name)
  const plain = Buffer.from(extension === '.css' ? squeeze(text) : text)
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, 12)
  return {
    url: `/static/${name.slice(0, -extension.length)}.${hash}${extension}`,
    type: types[extension] ?? 'application/octet-stream',
    plain,
    br: once(() => promisify(brotliCompress)(plain)),
    gzip: once(() => promisify(gzip)(plain, { level: 9 })),
  }
}

/** Style sheets need no space around these signs, but for one before a colon: it tells a descendant from an element. */
function squeeze(css: string): string {
  return css.replace(/([{};:,>])\s+/g, '$1').replace(/\s+([{>])/g, '$1')
}

/** The same for `src/` and for `dist/src/`. */
function projectRoot(folder: string): string {
  return existsSync(join(folder, 'schema.sql')) ? folder : projectRoot(dirname(folder))
}
