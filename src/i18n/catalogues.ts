import { de } from './de.ts'
import { en, type Messages } from './en.ts'
import { fr } from './fr.ts'

/** A further language is one file, and its two letters here. */
export const catalogues = { en, fr, de } satisfies Record<string, Messages>
