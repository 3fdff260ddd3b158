import type { SignedTime } from '../../lib/signed-time.ts'

/** How long a form may stay open before it is sent. */
const MAX_AGE_MS = 12 * 3_600_000

/**
 * Judges the time at which a form was opened: sent too soon, as by a machine; opened too long ago, or not here; or
 * fine.
 */
export function judgePace(
  signedTime: SignedTime,
  { opened, nowMs, minSeconds }: { opened: string; nowMs: number; minSeconds: number },
): 'good' | 'too_fast' | 'expired' {
  const openedMs = signedTime.read(opened)
  if (openedMs === null || nowMs - openedMs > MAX_AGE_MS) return 'expired'
  return nowMs - openedMs < minSeconds * 1000 ? 'too_fast' : 'good'
}
