import type { AppContext } from './context.ts'

/** A parameter of the address, trimmed and cut; '' where there is none. */
export const queryText = (c: AppContext, name: string, mostCharacters = 255): string =>
  (c.req.query(name) ?? '').trim().slice(0, mostCharacters)
