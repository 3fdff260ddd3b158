import * as v from 'valibot'
import { findLocalPartFault, normaliseLocalPart, type LocalPartFault, type LocalPartRules } from '../lib/addresses.ts'
import { message } from './form.ts'

/** How many characters a name must have at least. The other rules are in src/lib/addresses.ts. */
export const MAILBOX_NAME_MIN = 6
export const ALIAS_NAME_MIN = 8

const faultMessages = {
  empty: message('required'),
  too_short: message('localPartShort'),
  too_long: message('localPartLong'),
  second_at: message('localPartAt'),
  separator: message('localPartSeparator'),
  characters: message('localPartCharacters'),
  dots: message('localPartDots'),
  reserved: message('localPartReserved'),
} as const satisfies Record<LocalPartFault, string>

/** The name of the message for a fault. */
export const faultMessage = (fault: LocalPartFault, { least }: Pick<LocalPartRules, 'least'>) =>
  fault === 'too_short' && least === ALIAS_NAME_MIN ? message('aliasShort') : faultMessages[fault]

/** A local part by the rules, in lower case. */
export const localPartField = (rules: LocalPartRules) =>
  v.pipe(
    v.string(),
    v.transform(normaliseLocalPart),
    v.rawCheck(({ dataset, addIssue }) => {
      const fault = dataset.typed ? findLocalPartFault(dataset.value, rules) : null
      if (fault) addIssue({ message: faultMessage(fault, rules) })
    }),
  )
