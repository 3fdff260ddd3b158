import { isAddressFree } from '../mailbox/address.ts'
import { createRateLimit } from '../db/rate-limits.ts'
import { ADDRESS_CHARACTERS } from '../lib/addresses.ts'
import type { Deps } from './context.ts'

// More than anybody types, and too few to find out who has an address here.
const perAccount = { failures: 300, windowSeconds: 3600, blockSeconds: 3600 }

/**
 * Says of an address, while it is typed, whether it is free; never what has it. Null when the account has asked too often:
 * then the form says it when it is sent.
 */
export function createAddressCheck({ pool, config }: Pick<Deps, 'pool' | 'config'>) {
  const checks = createRateLimit(pool, config.database.name, 'address-check', perAccount)

  return async (accountId: number, address: string): Promise<'free' | 'taken' | null> => {
    if (address.length > ADDRESS_CHARACTERS || (await checks.take(String(accountId))) !== null) return null
    return (await isAddressFree(pool, config.mapping, address, accountId)) ? 'free' : 'taken'
  }
}

// Somebody who sends that many taken names is not looking for one of their own.
const refusalsPerAccount = { failures: 60, windowSeconds: 3600, blockSeconds: 3600 }

/**
 * What is to get an address, of which a refusal tells as much as the check does: for all forms of an account together.
 * The act is not begun where the account has had too many refusals.
 */
export function createTakenLimit({ pool, config }: Pick<Deps, 'pool' | 'config'>) {
  const refusals = createRateLimit(pool, config.database.name, 'address-taken', refusalsPerAccount)

  return async <T>(accountId: number, act: () => Promise<T>, isTaken: (outcome: T) => boolean) => {
    const waitSeconds = await refusals.take(String(accountId))
    if (waitSeconds !== null) return { waitSeconds }
    const giveBack = () => refusals.giveBack(String(accountId))

    const outcome = await act().catch(async (error: unknown) => {
      await giveBack()
      throw error
    })
    if (!isTaken(outcome)) await giveBack()
    return { outcome }
  }
}
