import type { QueueView } from '../../db/registrations.ts'
import type { AppContext } from '../../http/context.ts'
import { asKept } from '../../lib/email.ts'
import type { Messages } from '../../i18n/languages.ts'
import type { Verdict } from './decide.ts'

/** The search text in the form in which addresses are stored. */
export const readPrefix = (typed = ''): string => asKept(typed).slice(0, 254)

export const toView = (prefix: string | undefined, after = ''): QueueView => ({
  prefix: readPrefix(prefix),
  after: /^\d{1,15}$/.test(after) ? Number(after) : 0,
})

/** The part of the queue that a request's query names. */
export const readView = (c: AppContext): QueueView => toView(c.req.query('email'), c.req.query('after'))

/** The page that shows this part; `more` is what else its address says. */
export function addressOf({ prefix, after }: QueueView, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    ...(prefix !== '' && { email: prefix }),
    ...(after > 0 && { after: String(after) }),
    ...more,
  }).toString()
  return query === '' ? '/registrations' : `/registrations?${query}`
}

/** The boxes that were ticked, to be shown ticked again; `usual` stands for the domains that are granted as a rule. */
export async function readTicks(c: AppContext): Promise<{ domains: string[]; selected: string[]; usual: boolean }> {
  const form = await c.req.formData()
  const texts = (name: string) => form.getAll(name).filter((value) => typeof value === 'string')
  return { domains: texts('domains'), selected: texts('selected'), usual: form.has('usual') }
}

/** Why a request could not be decided. */
export function describeRefusal({ moderation }: Messages, refused: NonNullable<Verdict['refused']>): string {
  if (refused === 'account') return moderation.refusals.account
  return moderation.refusals.already[refused.is](refused.by, refused.at)
}
