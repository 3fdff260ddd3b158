import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const log = join(import.meta.dirname, '../../src/lib/log.ts')

const linesOf = (ending: string) => {
  const program = `import { createLog } from ${JSON.stringify(log)}
    const log = createLog()
    for (let n = 1; n <= 3; n += 1) log.info({ event: 'request', n })
    ${ending}`
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    encoding: 'utf8',
    cwd: join(import.meta.dirname, '../..'),
  })
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { n: number }).n)
}

test.each([
  ['ends by itself', ''],
  ['is ended', 'process.exit(0)'],
  ['breaks', "throw new Error('broken')"],
  ['breaks later', "setTimeout(() => { throw new Error('broken') }, 20)"],
])('no line is lost when the program %s', (_how, ending) => {
  expect(linesOf(ending)).toEqual([1, 2, 3])
})
