import { ADDRESS_CHARACTERS } from '../lib/addresses.ts'
import { isAddressFree } from '../mailbox/address.ts'
import type { Deps } from './context.ts'
import { createLimit, createTrustingAttempt } from './limits.ts'

/**
 * Says whether an address is free while it is typed, but never what has it. Null when the account has asked too often:
 * then only the submitted form is answered.
 */
export function createAddressCheck({ pool, config }: Pick<Deps, 'pool' | 'config'>) {
  const checks = createLimit({ pool, config }, 'address-check')

  return async (accountId: number, address: string): Promise<'free' | 'taken' | null> => {
    if (address.length > ADDRESS_CHARACTERS || (await checks.take(String(accountId))) !== null) return null
    return (await isAddressFree(pool, config.mapping, address, accountId)) ? 'free' : 'taken'
  }
}

/**
 * Limits how often the forms of an account, all together, may be answered with "taken": that answer tells as much about
 * other people's addresses as the check does.
 */
export function createTakenLimit(deps: Pick<Deps, 'pool' | 'config'>) {
  // More taken addresses than most people ever type, and far from the limit with several processes too.
  const attempt = createTrustingAttempt(createLimit(deps, 'address-taken'), 7)

  return <T extends { refused?: string } | null>(accountId: number, act: () => Promise<T>) =>
    attempt(String(accountId), act, (outcome) => outcome?.refused === 'taken')
}
