import { createRequire } from 'node:module'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { precompileJsx } from '../../src/build/precompile-jsx.ts'
import * as runtime from '../../src/ui/jsx.ts'

const require = createRequire(import.meta.url)

/** What the JSX of `source` shows, compiled and with hono/jsx. */
function bothWays(source: string): { compiled: string; byHono: string } {
  const render = (before: ts.TransformerFactory<ts.SourceFile>[]) => {
    const modules = ts.transpileModule(`${source}\nexport const shown = <Page />`, {
      fileName: '/page.tsx',
      compilerOptions: { module: ts.ModuleKind.ESNext, jsx: ts.JsxEmit.ReactJSX, jsxImportSource: 'hono/jsx' },
      transformers: { before },
    })
    const { outputText } = ts.transpileModule(modules.outputText, {
      compilerOptions: { module: ts.ModuleKind.CommonJS },
    })
    const exports: { shown?: unknown } = {}
    const load = (name: string): unknown => (name.endsWith('src/ui/jsx.ts') ? runtime : require(name))
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
    new Function('exports', 'require', outputText)(exports, load)
    return String(exports.shown)
  }
  return { compiled: render([precompileJsx]), byHono: render([]) }
}

test.each([
  ['text with signs that HTML has a meaning for', `const Page = () => <p>{'<b> & "c" \\'d\\''} it’s "so" {'&'}</p>`],
  ['attributes with such signs', `const name = '"><script>'; const Page = () => <p title={name} lang="it's">x</p>`],
  [
    'attributes of all kinds',
    `const no = undefined
     const Page = () => <input type="checkbox" checked required={false} formnovalidate tabindex={-1} maxlength={3}
       spellcheck={false} aria-label={no} title={null} data-signed-out autofocus={1 > 0} value="" />`,
  ],
  [
    'attributes that come together, of which the last of a name counts',
    `const more = { type: 'button', 'hx-get': '/a?b&c', disabled: true, title: undefined }
     const Page = () => <button type="submit" class={'a ' + 'b'} {...more} lang="en">x</button>`,
  ],
  [
    'what is shown under a condition, in a list, or not at all',
    `const Page = () => <ul>{[1, 2].map((n) => <li>{n}</li>)}{false}{null}{undefined}{0}{'' && <b />}{true && <i>yes</i>}
       {[['deep'], <b>er</b>]}</ul>`,
  ],
  [
    'components with one child, several, and none',
    `const Box = ({ kind = 'plain', children, ...rest }) => <div class={kind} {...rest}>{children}</div>
     const Nothing = () => null
     const Page = () => <><Box>{'<one>'}</Box><Box kind="two">a{' '}<b>c</b></Box><Box id="x" /><Nothing /></>`,
  ],
  [
    'text over several lines',
    `const Page = () => <p>
        one,
        two <b>three</b>
        {' '}
        four
      </p>`,
  ],
  [
    'elements without an end, and drawings',
    `const Page = () => <div><br /><img src="/a" alt="" /><svg viewBox="0 0 24 24"><path d="M1 1"></path></svg></div>`,
  ],
])('%s come out as with hono/jsx', (_what, source) => {
  const { compiled, byHono } = bothWays(source)
  expect(compiled).toBe(byHono)
})

test('an object that is no element is refused, and not shown as something', () => {
  expect(() => runtime.jsxText({ isEscaped: true, toString: () => '<script>' })).toThrow(TypeError)
  expect(() => runtime.jsxAttribute('title', { a: 1 })).toThrow(TypeError)
})

test.each(['className', 'dangerouslySetInnerHTML', 'key'])(
  'the build refuses %s, which would come out otherwise',
  (name) => {
    expect(() => bothWays(`const Page = () => <p ${name}="x">y</p>`)).toThrow(name)
  },
)
