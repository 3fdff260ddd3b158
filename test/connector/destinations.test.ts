import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leadsElsewhere, leadsTo, withoutMailbox } from '../../connector/mapping/destinations.ts'
import type { AliasList } from '../../connector/mapping/mapping.ts'

const ada = 'adalove@example.org'

describe('what an alias leads to', () => {
  test.each<[AliasList, string, string | null]>([
    ['rows', 'AdaLove@Example.org', null],
    ['comma', ada, null],
    ['comma', ` ${ada} , `, null],
    ['comma', `${ada},${ada.toUpperCase()}`, null],
    ['comma', `${ada},ben@example.org`, 'ben@example.org'],
    ['comma', `ben@example.org,${ada}`, 'ben@example.org'],
    ['comma-space', `Ben@x.example, ${ada}, zoe@x.example`, 'Ben@x.example, zoe@x.example'],
    ['comma', `ben@x.example,zoe@x.example ,${ada},`, 'ben@x.example,zoe@x.example,'],
    ['comma', `${ada},"|/bin/x \\"${ada}, y"`, `"|/bin/x \\"${ada}, y"`],
    ['comma', `${ada},"unended ,${ada}`, `"unended ,${ada}`],
    ['comma', `${ada},:include:/etc/list,/var/mail/all,@example.com`, ':include:/etc/list,/var/mail/all,@example.com'],
    ['space', `${ada} ben@x.example\t zoe@x.example`, 'ben@x.example\t zoe@x.example'],
    ['space', `ben@x.example ${ada} |/bin/x ${ada}`, `ben@x.example |/bin/x ${ada}`],
    ['comma', `ben@x.example\n${ada},zoe@x.example`, 'ben@x.example,zoe@x.example'],
    ['newline', `ben@x.example, ${ada}\nzoe@x.example`, 'ben@x.example\nzoe@x.example'],
    ['newline', `${ada}\n|/bin/x a,${ada}`, `|/bin/x a,${ada}`],
    ['newline', `ben@x.example\r\n${ada}\n\nzoe@x.example\n`, 'ben@x.example\n\nzoe@x.example\n'],
  ])('%s %j: without the mailbox %j is left', (list, destination, left) => {
    expect(leadsTo(list, destination, ada)).toBe(true)
    expect(leadsElsewhere(list, destination, ada)).toBe(left !== null)
    expect(withoutMailbox(list, destination, ada)).toBe(left)
  })

  test.each<[AliasList, string]>([
    ['rows', `${ada},ben@example.org`],
    ['rows', `|/bin/x ${ada}`],
    ['comma', `x${ada},${ada}.uk`],
    ['comma', `"|/bin/x, ${ada}, y"`],
    ['comma', `${ada} ben@example.org`],
    ['comma', ''],
    ['space', `|/bin/x ${ada}`],
    ['space', `"|/bin/x ${ada} y"`],
    ['newline', `<${ada}>`],
  ])('%s %j does not lead to the mailbox', (list, destination) => {
    expect(leadsTo(list, destination, ada)).toBe(false)
  })

  test('whatever the others are, they stay as they are and in their order', () => {
    const entry = fc.stringMatching(/^[a-z0-9.@|/:_-]{1,12}$/)
    const joints = { comma: ',', 'comma-space': ', ', newline: '\n' } as const
    const lists = fc.constantFrom(...(Object.keys(joints) as (keyof typeof joints)[]))
    fc.assert(
      fc.property(lists, fc.array(entry, { minLength: 1 }), fc.nat(), (list, others, at) => {
        const place = at % (others.length + 1)
        const all = [...others.slice(0, place), ada, ...others.slice(place)]
        expect(withoutMailbox(list, all.join(joints[list]), ada)).toBe(others.join(joints[list]))
      }),
    )
  })
})
