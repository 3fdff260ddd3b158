/** What stands for something else in a value of the mapping. */

/** `{local}`; `{local:1}`, its first letter; `{uuid:bytes}`; or `{domain.column}`, which is a column of the domain's row. */
const placeholder = /\{(\w+(?::(?:[1-9]|bytes)|\.[^{}]+)?)\}/

/** `{0}` or `{1}`: what a BIT column holds, where a digit would be taken for the eight bits of its character. */
export const isBit = (text: string | null): text is '{0}' | '{1}' => text === '{0}' || text === '{1}'

/** The placeholders of a value, without their braces. */
export const placeholdersIn = (text: string | null): string[] =>
  isBit(text) ? [] : [...(text ?? '').matchAll(new RegExp(placeholder, 'g'))].map(([, key = '']) => key)

/** The value's pieces in their order, those that are placeholders as such. */
export const splitAtPlaceholders = (text: string): ({ text: string } | { placeholder: string })[] =>
  text
    .split(new RegExp(placeholder))
    .map((piece, index) => (index % 2 === 0 ? { text: piece } : { placeholder: piece }))
    .filter((piece) => !('text' in piece) || piece.text !== '')
