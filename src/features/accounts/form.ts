import * as v from 'valibot'
import { message, paragraphsField, type FormState } from '../../http/form.ts'

export const rightsForm = v.object({
  role: v.picklist(['user', 'admin', 'super_admin'], message('role')),
  active: v.pipe(
    v.picklist(['', 'yes']),
    v.transform((value) => value === 'yes'),
  ),
  /** null: the default of the settings */
  mailboxLimit: v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d{0,5}$/, message('limitRange')),
    v.transform((text) => (text === '' ? null : Number(text))),
    v.nullable(v.pipe(v.number(), v.maxValue(10_000, message('limitRange')))),
  ),
  domains: v.pipe(
    paragraphsField(60_000),
    v.transform((text) =>
      [
        ...new Set(
          text
            .toLowerCase()
            .split(/[\s,]+/)
            .filter(Boolean),
        ),
      ].sort(),
    ),
  ),
})

export const domainForm = v.object({
  domain: v.pipe(v.string(), v.trim(), v.toLowerCase(), v.nonEmpty(message('required'))),
})

export type DomainState = FormState<typeof domainForm>

export type Rights = v.InferOutput<typeof rightsForm>
export type RightsState = FormState<typeof rightsForm>
