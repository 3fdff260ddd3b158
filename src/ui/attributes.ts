import { jsxAttr } from 'hono/jsx/jsx-runtime'
import { escapeToBuffer, raw, type HtmlEscapedString, type StringBuffer } from 'hono/utils/html'

/** The attributes of an element that are known at run time only: what `{...rest}` in JSX is compiled to. */
export function attributesOf(attributes: Record<string, unknown>): HtmlEscapedString {
  const buffer: StringBuffer = ['']
  for (const name in attributes) {
    const value = attributes[name]
    if (typeof value === 'string') {
      buffer[0] += ` ${name}="`
      escapeToBuffer(value, buffer)
      buffer[0] += '"'
    } else {
      const text = jsxAttr(name, value as number).toString()
      if (text !== '') buffer[0] += ` ${text}`
    }
  }
  return raw(buffer[0])
}
