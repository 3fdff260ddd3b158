import type { Messages } from '../i18n/languages.ts'
import { readUserAgent } from '../lib/user-agent.ts'

/** The browser and the system that a `User-Agent` header names, in words. */
export function browserName(t: Messages, header: string): string {
  const { browser, system } = readUserAgent(header)
  if (browser === null)
    return /^[A-Za-z][A-Za-z0-9-]{0,30}(?=\/|$)/.exec(header)?.[0] ?? t.profile.sessions.unknownBrowser
  return system === null ? browser : t.profile.sessions.on(browser, system)
}
