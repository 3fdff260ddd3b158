const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** A piece of XML; whatever else is put into a template is text. */
export class Xml {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Builds XML: strings and numbers are escaped, pieces and lists of pieces are put in as they are. */
export const xml = (strings: TemplateStringsArray, ...values: (string | number | Xml | Xml[] | null)[]): Xml =>
  new Xml(strings.reduce((made, part, index) => made + write(values[index - 1] ?? null) + part))

function write(value: string | number | Xml | Xml[] | null): string {
  if (value === null) return ''
  if (value instanceof Xml) return value.text
  if (Array.isArray(value)) return value.map(({ text }) => text).join('')
  return String(value).replace(/[&<>"']/g, (sign) => entities[sign] ?? '')
}

/** The text that stands in XML, with its entities read. */
export const readXmlText = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot|apos);/g,
    (_, name: string) => Object.keys(entities).find((sign) => entities[sign] === `&${name};`) ?? '',
  )
