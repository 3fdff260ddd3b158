/**
 * What an act answers: what was done, or why it was refused. What is not there is null, and what broke is thrown:
 * neither is a result.
 */
export type Result<Done, Refusal> = { done: Done; refused?: never } | { done?: never; refused: Refusal }

/** Thrown in a transaction to roll it back with a refusal, which `orRefusal` hands over. */
export class Refused<Refusal extends string> extends Error {
  override name = 'Refused'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(`Refused: ${refusal}`)
    this.refusal = refusal
  }
}

/** What the transaction answers, or the refusal that rolled it back. */
export const orRefusal = <T extends Result<unknown, string> | null>(transaction: Promise<T>): Promise<T> =>
  transaction.catch((error: unknown) => {
    if (error instanceof Refused) return { refused: (error as Refused<string>).refusal } as T
    throw error
  })
