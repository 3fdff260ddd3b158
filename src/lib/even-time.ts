import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Does the work, and answers after a whole number of steps, so that the time reveals no more than the number of steps.
 * A result for which `isTold` is true is public anyway and is returned at once.
 */
export async function atEvenTime<T>(
  stepMs: number,
  work: () => Promise<T>,
  isTold: (outcome: T) => boolean,
): Promise<T> {
  const began = performance.now()
  const outcome = await work()
  if (isTold(outcome)) return outcome
  const took = performance.now() - began
  await sleep(Math.ceil(took / stepMs) * stepMs - took)
  return outcome
}
