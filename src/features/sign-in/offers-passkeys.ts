import type { Config } from '../../config.ts'

/** Whether people are told of passkeys; one that there is works all the same. */
export const offersPasskeys = ({ passkeyHost, secondFactor }: Config): boolean =>
  passkeyHost !== null && secondFactor.policy !== 'off'
