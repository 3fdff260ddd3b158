// Who may import whom. The compiler does not see a sideways arrow, nor a circle.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const top = join(import.meta.dirname, '../..')

const isOurs = (file: string) => /\.tsx?$/.test(file) && !/(?:^|\/)(?:node_modules|dist)\//.test(file)

/** Every file of the two programs with the files of ours that it imports, for their types too. */
const house = new Map(
  ['src', 'connector'].flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
      .filter(isOurs)
      .map((file) => [join(folder, file), importsOf(join(folder, file))] as const),
  ),
)

function importsOf(file: string): string[] {
  const text = readFileSync(join(top, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path = '']) =>
    relative(top, join(top, dirname(file), path)),
  )
}

const arrows = [...house].flatMap(([from, targets]) => targets.map((to) => ({ from, to })))
const shown = (found: { from: string; to: string }[]) => found.map(({ from, to }) => `${from} → ${to}`)

describe('the walls of the house', () => {
  test('the files are read, and their imports with them', () => {
    expect(house.get('src/app.tsx')).toContain('src/features/aliases/routes.tsx')
    expect(house.get('connector/main.ts')).toContain('connector/config.ts')
    expect(arrows.filter(({ to }) => !house.has(to) && /\.tsx?$/.test(to))).toEqual([])
  })

  test('a feature imports no other feature', () => {
    const featureOf = (file: string) => /^src\/features\/([^/]+)\//.exec(file)?.[1]
    const sideways = arrows.filter(({ from, to }) => {
      const [one, other] = [featureOf(from), featureOf(to)]
      return one !== undefined && other !== undefined && one !== other
    })
    expect(shown(sideways)).toEqual([])
  })

  test('only what puts the application together imports features', () => {
    const allowed = ['src/app.tsx', 'src/setup-app.tsx', 'src/site.ts']
    const upwards = arrows.filter(
      ({ from, to }) => to.startsWith('src/features/') && !from.startsWith('src/features/') && !allowed.includes(from),
    )
    expect(shown(upwards)).toEqual([])
  })

  test('the connector imports nothing of the web app', () => {
    expect(shown(arrows.filter(({ from, to }) => from.startsWith('connector/') && to.startsWith('src/')))).toEqual([])
  })

  test('of the connector, the web app imports the contract and the mapping only', () => {
    const others = arrows.filter(
      ({ from, to }) =>
        from.startsWith('src/') && /^connector\//.test(to) && !/^connector\/(contract|mapping)\//.test(to),
    )
    expect(shown(others)).toEqual([])
  })

  test('lib is a floor of leaves: it imports nothing but itself', () => {
    expect(shown(arrows.filter(({ from, to }) => from.startsWith('src/lib/') && !to.startsWith('src/lib/')))).toEqual(
      [],
    )
  })

  test('no circle of imports', () => {
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (file: string, path: string[]) => {
      const at = path.indexOf(file)
      if (at >= 0) circles.push([...path.slice(at), file].join(' → '))
      if (at >= 0 || done.has(file)) return
      for (const next of house.get(file) ?? []) visit(next, [...path, file])
      done.add(file)
    }
    for (const file of house.keys()) visit(file, [])
    expect(circles).toEqual([])
  })
})
