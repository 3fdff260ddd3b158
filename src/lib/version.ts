import { readFileSync } from 'node:fs'

// Above the source file, and one folder further above the compiled one.
const manifest = ['../../package.json', '../../../package.json'].map((path) => new URL(path, import.meta.url))

/** Of the web app: the connectors are to be of the same. */
export const version: string =
  manifest
    .map((url) => {
      try {
        return (JSON.parse(readFileSync(url, 'utf8')) as { version?: string }).version
      } catch {
        return undefined
      }
    })
    .find((found) => found !== undefined) ?? 'unknown'
