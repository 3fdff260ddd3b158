import { accepts } from 'hono/accepts'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { AppContext } from './context.ts'

type Encoding = 'br' | 'gzip' | 'identity'

/** The strongest compression that the browser accepts. */
export const encodingFor = (c: AppContext): Encoding =>
  accepts(c, {
    header: 'Accept-Encoding',
    supports: ['br', 'gzip'],
    default: 'identity',
    match: (accepted, { supports, default: none }) =>
      supports.find((name) => accepted.some(({ type, q }) => type === name && q > 0)) ?? none,
  }) as Encoding

const parameters = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT }
const compressors = {
  br: (html: string) => promisify(brotliCompress)(html, { params: parameters }),
  gzip: promisify(gzip),
} as const

/**
 * A page or a fragment, however small, compressed as the browser takes it. It is done here, where the answer is still a
 * text: afterwards each look into the answer, and each header that is added to it, would make a stream of it.
 */
export async function answerHtml(c: AppContext, html: string, status: ContentfulStatusCode = 200): Promise<Response> {
  const encoding = c.req.method === 'HEAD' ? 'identity' : encodingFor(c)
  if (encoding === 'identity') return c.html(html, status)

  c.header('Content-Type', 'text/html; charset=UTF-8')
  c.header('Content-Encoding', encoding)
  return c.body(Uint8Array.from(await compressors[encoding](html)), status)
}
