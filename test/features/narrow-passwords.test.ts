import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { howtoforge, ispmail, type Layout } from '../schemas/layouts.ts'
import { PASSWORD, startLayoutSite, type LayoutSite } from '../support/layout-site.ts'

// Password columns as narrow as products and guides have made them.

const ADA = 'ada.lovelace@example.org'
const GRACE = 'grace.hopper@example.org'

const narrow: { guide: string; column: string; layout: Layout }[] = [
  { guide: 'HowtoForge', column: 'users MODIFY password VARCHAR(20)', layout: howtoforge },
  { guide: 'the first ISPmail', column: 'virtual_users MODIFY password VARCHAR(32)', layout: ispmail },
]

describe.each(narrow)('in the password column of $guide', ({ column, layout }) => {
  let site: LayoutSite
  beforeAll(async () => {
    site = await startLayoutSite({ ...layout, env: { ...layout.env, MAIL_ACTIONS: 'aliases, lock, delete' } })
    // What crypt(3) made of a password then, and all that fits.
    const table = column.split(' ', 1)[0] ?? ''
    await site.query(`UPDATE ${table} SET password = 'sdtrusfX0Jj66'`)
    await site.query(`ALTER TABLE ${column} NOT NULL`)
    await site.query(
      `INSERT INTO colombier_mailboxes (address, account_id, created_at) VALUES ('${GRACE}', ${site.idOf('ada')}, UTC_TIMESTAMP(6))`,
    )
  })
  afterAll(() => site.stop())

  test('ben locks a mailbox and unlocks it, and it is what it was', async () => {
    const ben = await site.signedIn('ben')
    const before = await site.dump()
    const path = await site.pathOf(GRACE)

    expect((await ben.post(`${path}/lock`, { reason: 'Too much mail' })).status).toBe(303)
    const [hash] = Object.values((await site.ask(layout.asks.password, GRACE))[0] ?? {})
    expect(hash).not.toBe('sdtrusfX0Jj66')
    expect(await site.takesMail(GRACE)).toBe(true)

    expect((await ben.post(`${path}/lock/removal`)).status).toBe(303)
    expect(await site.dump()).toEqual(before)
  })
})

describe('in a password column of 60 characters, which holds a bare bcrypt', () => {
  let site: LayoutSite
  beforeAll(async () => {
    const env = { ...ispmail.env, PASSWORD_PREFIX: 'false', PASSWORD_SCHEME: 'bcrypt', BCRYPT_COST: '10' }
    site = await startLayoutSite({ ...ispmail, env })
    await site.query('ALTER TABLE virtual_users MODIFY password VARCHAR(60) NOT NULL')
  })
  afterAll(() => site.stop())

  test('ada makes a mailbox, changes its password and asks for its deletion', async () => {
    const ada = await site.signedIn('ada')
    const path = await site.makeMailbox(ada, 'ada.lovelace')
    expect(await site.canLogIn(ADA, PASSWORD)).toBe(true)

    const next = 'a second long password'
    await ada.post(`${path}/password`, { current: PASSWORD, password: next, again: next })
    expect(await site.canLogIn(ADA, PASSWORD)).toBe(false)
    await site.endTask(ADA)
    expect(await site.canLogIn(ADA, next)).toBe(true)

    expect((await ada.post(`${path}/deletion`, { password: next })).status).toBe(303)
    expect(await site.canLogIn(ADA, next)).toBe(false)
    await site.remove(ADA)
  })
})
