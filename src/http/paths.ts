import type { AppContext } from './context.ts'

/** Whether htmx asks, for a fragment or for a whole page. */
export const isHtmx = (c: AppContext): boolean => c.req.header('HX-Request') === 'true'

/** The page that the person is looking at: for htmx, and after a form, that is the page the request came from. */
export function currentPath(c: AppContext): string {
  const url = isHtmx(c) ? c.req.header('HX-Current-URL') : c.req.method === 'GET' ? c.req.url : c.req.header('Referer')
  return url !== undefined && URL.canParse(url) ? pathOf(new URL(url)) : '/'
}

/** The sign-in page, which leads back to the page that the person sees. */
export function signInPath(c: AppContext): string {
  const back = currentPath(c)
  return back === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(back)}`
}

/** The page of this site that the browser was on; null when it does not say. */
export function cameFrom(c: AppContext): string | null {
  const from = c.req.header('Referer') ?? ''
  return URL.canParse(from) && new URL(from).origin === c.get('config').origin ? pathOf(new URL(from)) : null
}

const pathOf = (url: URL): string => url.pathname + url.search

/** A page that leads on to another one; to the first page without saying so. */
export const withNext = (path: string, next: string): string =>
  next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`

/** The path, if a redirect may lead there whoever wrote it; `/` for anything else. */
export function safePath(path: string | undefined, origin: string): string {
  // Browsers read a backslash as a slash and skip control characters: `/\evil.example` would leave the site.
  if (path === undefined || !/^\/(?!\/)[^\\\p{Cc}]*$/u.test(path) || !URL.canParse(path, origin)) return '/'
  const url = new URL(path, origin)
  // The URL parser has removed dot segments: `/.//evil.example` is now what the pattern refuses.
  return url.origin === origin && !url.pathname.startsWith('//') ? pathOf(url) : '/'
}
