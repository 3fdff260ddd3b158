import * as v from 'valibot'
import { message, newPasswordField, secretField, type FormState } from '../../http/form.ts'
import {
  findLocalPartFault,
  normaliseLocalPart,
  type LocalPartFault,
  type LocalPartRules,
} from '../../lib/addresses.ts'

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

/** A local part by the rules, in lower case. */
export const localPartField = (rules: LocalPartRules) =>
  v.pipe(
    v.string(),
    v.transform(normaliseLocalPart),
    v.rawCheck(({ dataset, addIssue }) => {
      const fault = dataset.typed ? findLocalPartFault(dataset.value, rules) : null
      if (fault) addIssue({ message: faultMessages[fault] })
    }),
  )

/** The name of the message for a fault. */
export const faultMessage = (fault: LocalPartFault) => faultMessages[fault]

export const mailboxForm = (rules: LocalPartRules) =>
  v.pipe(
    v.object({
      localPart: localPartField(rules),
      domain: v.pipe(v.string(), v.trim(), v.toLowerCase(), v.nonEmpty(message('required'))),
      password: newPasswordField(),
      again: secretField(),
      quotaMegabytes: v.pipe(v.string(), v.trim(), v.regex(/^\d{0,9}$/, message('wholeNumber'))),
    }),
    v.forward(
      v.partialCheck(
        [['password'], ['again']],
        ({ password, again }) => password === again,
        message('passwordsDiffer'),
      ),
      ['again'],
    ),
  )

export type MailboxFormState = FormState<ReturnType<typeof mailboxForm>>

/** A new password, twice: for a mailbox whose setting up failed. */
export const newPasswordForm = v.pipe(
  v.object({ password: newPasswordField(), again: secretField() }),
  v.forward(
    v.partialCheck([['password'], ['again']], ({ password, again }) => password === again, message('passwordsDiffer')),
    ['again'],
  ),
)

export type NewPasswordState = FormState<typeof newPasswordForm>
