import { readFileSync } from 'node:fs'

/** The version in the first of these manifests that is there: of the source, or of what was compiled from it. */
export function readVersion(...manifests: URL[]): string {
  for (const manifest of manifests) {
    try {
      const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }
      if (version !== undefined) return version
    } catch {
      continue
    }
  }
  return 'unknown'
}
