import { HtmlValidate } from 'html-validate'

const validator = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: {
    'doctype-style': 'off',
    'void-style': 'off',
    // A list may have a name.
    'aria-label-misuse': ['error', { allowAnyNamable: true }],
  },
})
const seen = new Set<string>()

/** What is left of it without numbers, addresses and the words between the tags. */
const shapeOf = (html: string): string =>
  html
    .replace(/>[^<]*[^\s<][^<]*</g, '>x<')
    .replace(/[\w.%+-]+(@|%40)[\w.-]+| value="[^"]*"/g, 'x')
    .replace(/\d+/g, '0')

/** @throws what is wrong with a page or a fragment; one that is shaped like an earlier one is not read again */
export function assertValidHtml(html: string): void {
  const shape = shapeOf(html)
  if (seen.has(shape)) return

  const { results } = validator.validateStringSync(html)
  const faults = results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector }) => `${ruleId}: ${message} ${selector ?? ''}`),
  )
  if (faults.length > 0) throw new Error(`This HTML is not valid:\n${faults.join('\n')}`)
  seen.add(shape)
}
