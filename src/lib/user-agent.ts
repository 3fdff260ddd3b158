// The first that fits: browsers name the ones they want to be taken for after themselves.
const browsers: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\b(?:Headless)?Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

const nameIn = (text: string, list: [RegExp, string][]): string | null =>
  list.find(([pattern]) => pattern.test(text))?.[1] ?? null

/** The browser and the system that a `User-Agent` header names; null for what is not known. */
export const readUserAgent = (header: string): { browser: string | null; system: string | null } => ({
  browser: nameIn(header, browsers),
  system: nameIn(header, systems),
})
