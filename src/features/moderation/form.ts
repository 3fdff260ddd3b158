import * as v from 'valibot'
import { message, paragraphsField, type FormState } from '../../http/form.ts'

const approval = {
  domains: v.pipe(
    v.array(v.pipe(v.string(), v.trim(), v.toLowerCase())),
    // A ticked box holds one domain; a text field may hold several.
    v.transform((domains) => [...new Set(domains.flatMap((typed) => typed.split(/[\s,]+/).filter(Boolean)))]),
  ),
  limit: v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d{0,5}$/, message('mailboxLimit')),
    v.transform((typed) => (typed === '' ? null : Number(typed))),
    v.nullable(v.pipe(v.number(), v.maxValue(10_000, message('mailboxLimit')))),
  ),
}
const denial = { message: paragraphsField(2000) }

/** Where a bulk decision was sent from, and about which requests. */
const several = {
  selected: v.array(v.pipe(v.string(), v.regex(/^[1-9]\d{0,15}$/), v.transform(Number))),
  prefix: v.optional(v.string()),
  after: v.optional(v.string()),
}

export const approvalForm = v.object(approval)
export const denialForm = v.object(denial)
export const noteForm = v.object({ note: v.pipe(paragraphsField(2000), v.nonEmpty(message('required'))) })
export const approvalsForm = v.object({ ...approval, ...several })
export const denialsForm = v.object({ ...denial, ...several })

export type ApprovalState = FormState<typeof approvalForm> & {
  /** the domains that were ticked */
  chosen?: string[]
}
export type DenialState = FormState<typeof denialForm>
export type NoteState = FormState<typeof noteForm>
export type BulkState = {
  problem?: string
  /** the ids of the requests that are ticked */
  selected?: string[] | 'all' | undefined
  approval?: ApprovalState
  denial?: DenialState
  /** which requests were decided, and which could not be */
  report?: string[]
}
