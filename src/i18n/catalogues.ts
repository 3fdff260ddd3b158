import { de } from './de.ts'
import { en, type Messages } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { it } from './it.ts'

/** A further language is one file, and its two letters here. */
export const catalogues = { en, de, es, fr, it } satisfies Record<string, Messages>
