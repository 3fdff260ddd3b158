import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CAST, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { createDatabase, mailSchema, ownSchema, type TestDatabase } from '../support/database.ts'
import { addMailbox } from '../support/tasks.ts'

const letters = ['жук', '😀', 'é', 'ß', '\u202E']

describe.each(['latin1', 'utf8mb3', 'ascii'])('on tables in %s, with letters that they cannot hold', (charset) => {
  let database: TestDatabase, site: TestApp, dora: Browser, ada: Browser, own: string

  beforeAll(async () => {
    const convert = ['domains', 'users', 'aliases'].map(
      (table) => `ALTER TABLE virtual_${table} CONVERT TO CHARACTER SET ${charset};`,
    )
    database = await createDatabase(ownSchema, mailSchema, convert.join(''))
    site = await startApp({ database })
    const mailbox = { address: 'adalove@example.org', accountId: site.idOf('ada'), hash: '{PLAIN}none' }
    own = `/mailboxes/${await addMailbox(site, mailbox)}/aliases`
    ;[dora, ada] = [await site.signedIn('dora'), await site.signedIn('ada')]
  })
  afterAll(async () => {
    await site.stop()
    await database.drop()
  })

  test.each(letters)('nothing is there that is called %s', async (word) => {
    const address = encodeURIComponent(`${word}@example.org`)
    const query = encodeURIComponent(word)
    for (const path of [`/domains/${query}.example`, `/domains/example.org/mailboxes/${address}`, `${own}/${address}`])
      expect((await (path.startsWith(own) ? ada : dora).get(path)).status, path).toBe(404)
    expect((await dora.post(`/domains/example.org/mailboxes/${address}/lock`)).status).toBe(404)
  })

  test.each(letters)('a list is searched for %s, and gone on with from there', async (word) => {
    const query = encodeURIComponent(word)
    for (const list of ['/domains', '/domains/example.org'])
      for (const search of [`q=${query}`, `after=${query}`, `q=${query}%40example.org`, `only=unowned&after=${query}`])
        expect((await dora.get(`${list}?${search}`)).status, search).toBe(200)
    expect((await ada.get(`${own}?find=${query}`)).status).toBe(200)
    const preview = `preview?localPart=${query}&domain=example.org`
    for (const path of [`${own}/${preview}`, `/mailboxes/${preview}`]) expect((await ada.get(path)).status).toBe(200)
  })

  test.each(letters)('%s is refused in forms as whatever is not there', async (word) => {
    const address = `${word}@example.org`
    expect((await ada.post('/mailbox-claims', { address, password: 'a guess at it' })).status).toBe(422)
    expect((await ada.post(own, { localPart: `${word}.and.more`, domain: 'example.org' })).status).toBe(422)
    expect((await ada.post(own, { localPart: 'plain.enough', domain: `${word}.example` })).status).toBe(422)
    const rights = { role: 'admin', active: 'yes', mailboxLimit: '', domains: `example.org ${word}.example` }
    expect((await dora.post(`/accounts/${site.idOf('ben')}/rights`, rights)).status).toBe(422)
    expect(await site.query('SELECT domain FROM colombier_grants WHERE account_id = ?', [site.idOf('ben')])).toEqual(
      CAST.ben.domains.map((domain) => ({ domain })),
    )
  })
})
