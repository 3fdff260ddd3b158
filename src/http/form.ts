import { HTTPException } from 'hono/http-exception'
import * as v from 'valibot'
import type { Messages } from '../i18n/languages.ts'
import { normaliseEmail } from '../lib/email.ts'
import { isCommonPassword } from '../lib/password/common.ts'
import { randomPassword } from '../lib/random-password.ts'
import type { AppContext } from './context.ts'

/** An object of fields, each read from text; `v.array(…)` where a field may be repeated. */
type FormSchema = v.GenericSchema<Record<string, unknown>, Record<string, unknown>> & {
  entries: Record<string, v.GenericSchema>
}

type FieldsOf<S extends FormSchema> = keyof S['entries'] & string
type FormErrors<S extends FormSchema> = Partial<Record<FieldsOf<S>, string | undefined>>
/** What was typed, to be shown again; never a secret. */
type FormTyped<S extends FormSchema> = Partial<Record<FieldsOf<S>, string>>

/** What a form is shown with. */
export interface FormState<S extends FormSchema> {
  errors?: FormErrors<S>
  typed?: FormTyped<S>
  /** a new password that was asked for in place of sending the form */
  suggested?: string | undefined
}

/** `valid`: what the fields say that are right, secrets too, so that all that is wrong can be told at once. */
export type ParsedForm<S extends FormSchema> =
  | { ok: true; value: v.InferOutput<S>; valid: Partial<v.InferOutput<S>>; typed: FormTyped<S> }
  | { ok: false; errors: FormErrors<S>; valid: Partial<v.InferOutput<S>>; typed: FormTyped<S>; suggested?: string }

/** The name of a message, for a schema; the message itself is in the language of the request. */
export const message = (key: keyof Messages['fields']) => key

/** What a schema's issue says to the person; issues of valibot itself all say the same. */
export const fieldMessage = ({ fields }: Messages, issue: string): string =>
  (fields as Partial<Record<string, string>>)[issue] ?? fields.invalid

/** A line of text, trimmed; required. */
export const textField = (mostCharacters = 254) =>
  v.pipe(v.string(), v.trim(), v.nonEmpty(message('required')), v.maxLength(mostCharacters, message('tooLong')))

/** Text of several lines, trimmed; may be empty. Line ends and tabs are its only control characters. */
export const paragraphsField = (mostCharacters: number) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.replace(/\r\n?/g, '\n').trim()),
    v.maxLength(mostCharacters, message('tooLong')),
    v.regex(/^[\P{Cc}\n\t]*$/u, message('textCharacters')),
  )

/** The e-mail address of an account, in the form that is kept. */
export const emailField = () =>
  v.pipe(
    textField(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const email = normaliseEmail(dataset.value)
      if (email !== null) return email
      addIssue({ message: message('email') })
      return NEVER
    }),
  )

/** A secret as it was typed, never trimmed and never shown again; required. */
export const secretField = () => v.pipe(v.string(), v.metadata({ secret: true }), v.nonEmpty(message('required')))

const mostPasswordCharacters = 256

/** A new password: a secret of 12 to 256 characters, none of them a control character, and not a common one. */
export const newPasswordField = () =>
  v.pipe(
    secretField(),
    // In NFC, so that the length does not depend on how a keyboard writes an é.
    v.check((password) => password.normalize('NFC').length >= 12, message('passwordShort')),
    v.maxLength(mostPasswordCharacters, message('passwordLong')),
    v.regex(/^\P{Cc}*$/u, message('passwordCharacters')),
    // A longer one is refused already, and would take long to examine.
    v.check(
      (password) => password.length > mostPasswordCharacters || !isCommonPassword(password),
      message('passwordCommon'),
    ),
  )

/** What is wrong with a new password for this address: it is little else than the address. */
export const ownAddressFault = (
  { fields }: Messages,
  password: string | undefined,
  address: string | undefined,
): string | undefined =>
  password !== undefined && address !== undefined && isCommonPassword(password, address)
    ? fields.passwordAddress
    : undefined

/** How a form that is shown again is answered: refused, unless a password was asked for. */
export const statusOf = ({ suggested }: { suggested?: string | undefined }): 200 | 422 =>
  suggested === undefined ? 422 : 200

/**
 * Reads the posted form: only the schema's fields, each once. A field that was not sent counts as empty.
 * @returns the value, or the first error of each field in the person's language, and what was typed but for secrets;
 * neither value nor errors where a password was asked for
 * @throws HTTPException 400 for a body that is not a form, a repeated field or a file
 */
export async function parseForm<S extends FormSchema>(c: AppContext, schema: S): Promise<ParsedForm<S>> {
  const form = await readForm(c)
  const input: Record<string, string | string[]> = {}
  const typed: Record<string, string> = {}
  for (const [name, field] of Object.entries(schema.entries)) {
    const values = form.getAll(name).map((value) => {
      if (typeof value !== 'string') throw new HTTPException(400)
      return value
    })
    if (field.type === 'array') {
      input[name] = values
      continue
    }
    if (values.length > 1) throw new HTTPException(400)
    const value = values[0] ?? ''
    input[name] = value
    if (!isSecret(name, field)) typed[name] = value
  }

  if ('again' in schema.entries && form.has('suggest'))
    return { ok: false, errors: {}, valid: {}, typed: typed as FormTyped<S>, suggested: randomPassword() }

  const parsed = v.safeParse(schema, input)
  const errors: Record<string, string> = {}
  for (const issue of parsed.issues ?? []) {
    errors[v.getDotPath(issue)?.split('.')[0] ?? ''] ??= fieldMessage(c.get('t'), issue.message)
  }
  for (const [name, error] of Object.entries(newPasswordErrors(c.get('t'), schema, input))) errors[name] ??= error
  const { password } = input
  const isNew = 'again' in schema.entries && typeof password === 'string'
  if (isNew && errors['password'] === undefined && (await c.get('isBreached')(password)))
    errors['password'] = c.get('t').fields.passwordBreached
  if (parsed.success && Object.keys(errors).length === 0)
    return { ok: true, value: parsed.output, valid: parsed.output, typed: typed as FormTyped<S> }

  const right = Object.entries(schema.entries).flatMap(([name, field]) => {
    const read = v.safeParse(field, input[name])
    return read.success && errors[name] === undefined ? [[name, read.output] as const] : []
  })
  const valid = Object.fromEntries(right) as Partial<v.InferOutput<S>>
  return { ok: false, errors: errors as FormErrors<S>, valid, typed: typed as FormTyped<S> }
}

/**
 * All that is wrong with a form, in the order of its fields: what they say themselves, and what else was found.
 * @returns null when nothing is
 */
export function allErrors<S extends FormSchema>(
  schema: S,
  form: ParsedForm<S>,
  found: FormErrors<S>,
): FormErrors<S> | null {
  const errors: Record<string, string | undefined> = { ...found, ...(!form.ok && form.errors) }
  const said = Object.keys(schema.entries).filter((name) => errors[name] !== undefined)
  return said.length === 0 ? null : (Object.fromEntries(said.map((name) => [name, errors[name]])) as FormErrors<S>)
}

/** The posted form. @throws HTTPException 400 for a body that is none */
export const readForm = (c: AppContext): Promise<FormData> =>
  c.req.formData().catch(() => {
    throw new HTTPException(400)
  })

/** The token in a form: a secret, so not part of what was typed. '' if there is none. */
export async function postedToken(c: AppContext): Promise<string> {
  const token = (await readForm(c)).get('token')
  return typeof token === 'string' ? token : ''
}

/** What is wrong with a new password beside the other fields: each form that asks for one has it twice, as `again`. */
function newPasswordErrors({ fields }: Messages, { entries }: FormSchema, input: Record<string, unknown>) {
  const errors: Record<string, string> = {}
  if (!('again' in entries)) return errors

  const { password, again, current } = input
  if (again !== '' && again !== password) errors['again'] = fields.passwordsDiffer
  if (password !== '' && current === password) errors['password'] = fields.passwordSame
  return errors
}

// The field's name counts too, in case somebody forgets to mark a new secret.
const isSecret = (name: string, field: v.GenericSchema): boolean =>
  /password|passphrase|secret|token/i.test(name) || v.getMetadata(field)['secret'] === true
