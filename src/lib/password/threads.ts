import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Piscina } from 'piscina'

/**
 * Threads that run the default export of this folder's file of that name; each ends when nothing was asked for a
 * minute.
 */
export async function startThreads<Task, Result>(name: string, maxThreads: number): Promise<Piscina<Task, Result>> {
  const { Piscina } = await import('piscina')
  // This file runs as TypeScript under tsx and vitest, and as JavaScript from dist; threads do not inherit the loader.
  const asTypeScript = import.meta.url.endsWith('.ts')
  return new Piscina<Task, Result>({
    filename: new URL(`./${name}.${asTypeScript ? 'ts' : 'js'}`, import.meta.url).href,
    execArgv: asTypeScript ? ['--import', tsxUrl()] : [],
    minThreads: 0,
    maxThreads,
    idleTimeout: 60_000,
  })
}

// By its full address, because a bare name would be looked for from the working directory.
function tsxUrl(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
}
