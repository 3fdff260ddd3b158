import type { HtmlEscapedString } from 'hono/utils/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Layout } from '../ui/layout.tsx'
import type { AppContext } from './context.ts'
import { answerHtml } from './html.ts'
import { isHtmx } from './paths.ts'

export type Body = HtmlEscapedString | Promise<HtmlEscapedString>

export interface Page {
  title: string
  /** the content of the page; a function where it needs queries that a fragment does not */
  body: Body | (() => Body)
  /** what htmx gets instead; by default the body */
  fragment?: Body
  /** what the page's event stream reports besides the count in the menu, as query parameters */
  events?: Record<string, string>
  /** 200 by default */
  status?: ContentfulStatusCode
}

/** htmx asks for whole pages too: when it restores its history, or swaps the body. */
const wantsFragment = (c: AppContext): boolean => isHtmx(c) && c.req.header('HX-Request-Type') !== 'full'

/** The fragment for htmx, the whole page for anyone else. */
export async function render(c: AppContext, page: Page): Promise<Response> {
  const ask = typeof page.body === 'function' ? page.body : () => page.body as Body

  if (wantsFragment(c)) return answerHtml(c, await textOf(page.fragment ?? ask()), page.status)

  const body = await ask()
  // Without the database, the error page is shown without the number.
  const queue = await c
    .get('queueState')()
    .catch(() => null)
  const document = (
    <Layout c={c} title={page.title} queue={queue} events={page.events ?? {}}>
      {body}
    </Layout>
  )
  return answerHtml(c, `<!doctype html>${await textOf(document)}`, page.status)
}

/** Only here is any of it made: what JSX leaves behind until then is a tree. */
export const textOf = async (body: Body): Promise<string> => (await body).toString()

/** What had opened in place is closed by this answer: the address is the page's again. */
export function closePanel(c: AppContext, path: string): void {
  c.header('HX-Replace-Url', path)
}

/** After a POST: the page to look at now. htmx would swap the redirect's target in place, so it is told to go there. */
export function seeOther(c: AppContext, path: string): Response {
  return isHtmx(c) ? c.body(null, 204, { 'HX-Redirect': path }) : c.redirect(path, 303)
}
