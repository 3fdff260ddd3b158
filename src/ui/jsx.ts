import type { HtmlEscapedString } from 'hono/utils/html'

/**
 * What src/build/precompile-jsx.ts makes JSX of. An element is a text in which `jsxText` and `jsxAttribute` have
 * escaped what is put in; `jsxHtml` marks it as HTML, so that it is not escaped once more where it is a child.
 */

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escape = (plain: string): string =>
  /[&<>"']/.test(plain) ? plain.replace(/[&<>"']/g, (sign) => entities[sign] ?? '') : plain

/** What hono takes for finished HTML, but no String, which is ten times as dear to make and to recognise. */
class Html {
  readonly isEscaped = true
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString() {
    return this.text
  }
}

export const jsxHtml = (made: string): HtmlEscapedString => new Html(made) as unknown as HtmlEscapedString

/** A child, as HTML. */
export function jsxText(child: unknown): string {
  if (typeof child === 'string') return escape(child)
  if (child instanceof Html) return child.text
  if (child === null || child === undefined || typeof child === 'boolean') return ''
  if (typeof child === 'number') return String(child)
  if (Array.isArray(child)) {
    let made = ''
    for (const one of child) made += jsxText(one)
    return made
  }
  throw new TypeError('What is no text, no number and no element cannot be shown')
}

// HTML's boolean attributes: there when true, and not there when false. Others say `true` or `false`.
const isBoolean = new Set(
  `allowfullscreen async autofocus autoplay checked controls default defer disabled formnovalidate hidden inert ismap
   itemscope loop multiple muted nomodule novalidate open playsinline readonly required reversed selected`.split(/\s+/),
)

/** An attribute with the blank before it; nothing where it has no value. */
export function jsxAttribute(name: string, value: unknown): string {
  if (typeof value === 'string') return ` ${name}="${escape(value)}"`
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return ` ${name}="${value}"`
  if (typeof value !== 'boolean') throw new TypeError(`The attribute ${name} cannot be written`)
  if (isBoolean.has(name)) return value ? ` ${name}=""` : ''
  return ` ${name}="${String(value)}"`
}

/** Attributes that are known at run time only: of two with one name, the later counts. */
export function jsxAttributes(values: Record<string, unknown>): string {
  let made = ''
  for (const name in values) made += jsxAttribute(name, values[name])
  return made
}
