// Prettier leaves comments as they are: a line that is too long to be read is found here.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const top = join(import.meta.dirname, '../..')

test.each(['src', 'connector', 'test', 'static'])(
  'no line of a comment in %s is longer than 120 characters',
  (folder) => {
    const long = readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:tsx?|mjs|css|js)$/.test(file) && !/(?:^|\/)(?:node_modules|dist)\//.test(file))
      .flatMap((file) =>
        readFileSync(join(top, folder, file), 'utf8')
          .split('\n')
          .map((line, index) => ({ line, place: `${folder}/${file}:${index + 1}` })),
      )
      .filter(({ line }) => line.length > 120 && /^\s*(?:\/\/|\/?\*)/.test(line))
    expect(long.map(({ place }) => place)).toEqual([])
  },
)
