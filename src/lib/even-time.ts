import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Does the work, and answers at a whole number of steps after it began: how long it took tells no more than how many
 * steps. An answer that `isTold` says openly what became of the work is given at once.
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
