import type { Draft } from './draft.ts'

/** In the order in which they are gone through. */
export const STEPS = ['language', 'admin', 'mapping', 'limits', 'mail', 'connector', 'summary'] as const
export type Step = (typeof STEPS)[number]

export const pathOf = (step: Step): string => `/setup/${step}`

/** Where to go once a step is done. */
export const pathAfter = (step: Step): string => pathOf(STEPS[STEPS.indexOf(step) + 1] ?? 'summary')

export const isDone = (draft: Draft, step: Step): boolean =>
  step !== 'summary' && draft[step] !== undefined && !(step === 'mail' && draft.mail?.untaken === true)

/** The first step that was not done yet; the summary when all were. */
export const firstOpen = (draft: Draft): Step => STEPS.find((step) => !isDone(draft, step)) ?? 'summary'
