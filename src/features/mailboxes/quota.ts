import type { Config } from '../../config.ts'

/** In megabytes; null where the mail server has no quotas. */
export type QuotaRange = { byDefault: number; most: number } | null

const megabyte = 1024 ** 2

export const quotaRange = ({ mapping, limits }: Config): QuotaRange =>
  mapping.mailbox.quota && {
    byDefault: Math.floor(limits.quotaDefaultBytes / megabyte),
    most: Math.floor(limits.quotaMaxBytes / megabyte),
  }

/**
 * The typed quota in bytes, by default the settings' one. Null means no limit: where the mail server has no quotas, and
 * for 0 where QUOTA_MAX is 0.
 * @returns 'out_of_range' when it is above QUOTA_MAX, or 0 where there is a QUOTA_MAX
 */
export function readQuota(config: Config, typed: string): number | null | 'out_of_range' {
  const { quotaDefaultBytes, quotaMaxBytes } = config.limits
  if (config.mapping.mailbox.quota === null) return null
  const bytes = typed === '' ? quotaDefaultBytes : Number(typed) * megabyte
  if (quotaMaxBytes === 0) return bytes === 0 ? null : bytes
  return bytes > 0 && bytes <= quotaMaxBytes ? bytes : 'out_of_range'
}
