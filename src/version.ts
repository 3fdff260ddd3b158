import { readVersion } from '../connector/contract/version.ts'

/** Of the web app: the connectors are to be of the same. */
export const version = readVersion(
  new URL('../package.json', import.meta.url),
  // From the compiled file.
  new URL('../../package.json', import.meta.url),
)
