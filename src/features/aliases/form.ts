import * as v from 'valibot'
import { message, type FormState } from '../../http/form.ts'
import { localPartField } from '../../http/local-part.ts'
import { domainOf, type LocalPartRules } from '../../lib/addresses.ts'

export const aliasForm = (rules: LocalPartRules) =>
  v.object({
    localPart: localPartField(rules),
    domain: v.pipe(v.string(), v.trim(), v.toLowerCase(), v.nonEmpty(message('required'))),
  })

export type AliasFormState = FormState<ReturnType<typeof aliasForm>>

/** Where the aliases of a mailbox may be: its own domain first, then the others that are granted to its owner. */
export const aliasDomains = (mailbox: string, granted: string[]): string[] => [
  ...new Set([domainOf(mailbox), ...granted]),
]
