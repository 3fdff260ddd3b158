import type { MiddlewareHandler } from 'hono'
import { accepts } from 'hono/accepts'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { AppContext, AppEnv } from './context.ts'

type Encoding = 'br' | 'gzip' | 'identity'

/** The one that makes the least of a text, of those that the browser takes. */
export const encodingFor = (c: AppContext): Encoding =>
  accepts(c, {
    header: 'Accept-Encoding',
    supports: ['br', 'gzip'],
    default: 'identity',
    match: (accepted, { supports, default: none }) =>
      supports.find((name) => accepted.some(({ type, q }) => type === name && q > 0)) ?? none,
  }) as Encoding

const parameters = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT }

/** Pages and fragments, however small. Hono's own middleware knows no Brotli, with which they are an eighth smaller. */
export const compressHtml: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  if (!c.res.headers.get('Content-Type')?.startsWith('text/html') || c.req.method === 'HEAD') return

  c.header('Vary', 'Accept-Encoding', { append: true })
  const encoding = encodingFor(c)
  if (encoding === 'identity') return

  const html = await c.res.arrayBuffer()
  c.res = new Response(encoding === 'br' ? brotliCompressSync(html, { params: parameters }) : gzipSync(html), c.res)
  c.header('Content-Encoding', encoding)
}
