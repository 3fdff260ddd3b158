import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { record, type AuditAction } from '../../src/db/audit.ts'
import { catalogues } from '../../src/i18n/languages.ts'
import { CAST, startApp, type Person, type TestApp } from '../support/app.ts'
import { numbersTo } from '../support/database.ts'
import { countStatements } from '../support/aliases.ts'
import { addMailbox } from '../support/tasks.ts'

const ADDRESS = 'ada.lovelace@example.org'

let site: TestApp
let id: number
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['colombier_audit', 'colombier_mailboxes', 'virtual_users'])
    await site.query(`DELETE FROM ${table}`)
  await site.query('UPDATE colombier_accounts SET language = NULL')
  id = await addMailbox(site, { address: ADDRESS, accountId: site.idOf('ada'), hash: '{PLAIN}x' })
})

const actorOf = (person: Person) => ({ id: site.idOf(person), email: CAST[person].email, network: '192.0.2.77' })
const act = (action: AuditAction, mailbox: string, person: Person | null = 'ada', subject?: string) =>
  record(site.pool, {
    action,
    mailbox,
    ...(person && { actor: actorOf(person) }),
    ...(subject !== undefined && { subject }),
  })
/** Without the form above, which names every act. */
const tableOf = ({ html }: { html: string }) => html.slice(html.indexOf('<tbody>'))
const nextIn = (html: string) => /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')

describe('the history', () => {
  test('dora sees who did what, when, and from which network, the newest first', async () => {
    await act('password.change_requested', ADDRESS)
    await act('password.changed', ADDRESS, null)
    const html = tableOf(await (await site.signedIn('dora')).get('/audit'))
    expect(html).toContain('Password change requested')
    expect(html.indexOf('Password changed')).toBeLessThan(html.indexOf('Password change requested'))
    expect(html).toContain('ada@people.test')
    expect(html).toContain('Colombier')
    expect(html).toContain('192.0.2.77')
  })

  test('ben sees the requests that he denied himself, with or without domains of his own, and nobody else’s', async () => {
    await record(site.pool, { action: 'registration.denied', actor: actorOf('ben'), subject: 'one@new.test' })
    await record(site.pool, { action: 'registration.denied', actor: actorOf('dora'), subject: 'two@new.test' })
    const ben = await site.signedIn('ben')
    const seen = async () => tableOf(await ben.get('/audit'))
    expect(await seen()).toContain('one@new.test')
    expect(await seen()).not.toContain('two@new.test')
    await site.query('DELETE FROM colombier_grants WHERE account_id = ?', [site.idOf('ben')])
    expect(await seen()).toContain('one@new.test')
    await site.query("INSERT INTO colombier_grants VALUES (?, 'example.org')", [site.idOf('ben')])
  })

  test('ben sees what happened in his domains, without networks, and nothing else', async () => {
    await act('mailbox.requested', ADDRESS)
    await act('mailbox.requested', 'someone.else@example.net', 'cleo')
    await record(site.pool, {
      action: 'account.role_changed',
      actor: actorOf('dora'),
      subject: 'a secret of the house',
    })
    await record(site.pool, {
      action: 'account.domain_granted',
      actor: actorOf('dora'),
      domain: 'example.org',
      subject: CAST.ada.email,
    })
    const ben = await site.signedIn('ben')
    const html = tableOf(await ben.get('/audit'))
    expect(html).toContain(ADDRESS)
    expect(html).toContain('Domain granted')
    for (const hidden of ['example.net', 'a secret of the house', '192.0.2.77']) expect(html).not.toContain(hidden)
    const searched = await ben.get('/audit?mailbox=someone.else@example.net')
    expect(searched.html).toContain('No matching entries.')
  })

  test('a domain that is withdrawn takes its history along at the next request', async () => {
    await act('mailbox.requested', ADDRESS)
    const ben = await site.signedIn('ben')
    expect((await ben.get('/audit')).html).toContain(ADDRESS)
    await site.query('DELETE FROM colombier_grants WHERE account_id = ?', [site.idOf('ben')])
    expect((await ben.get('/audit')).html).not.toContain(ADDRESS)
    await site.query("UPDATE colombier_accounts SET role = 'user' WHERE id = ?", [site.idOf('ben')])
    expect((await ben.get('/audit')).status).toBe(403)
    await site.query("UPDATE colombier_accounts SET role = 'admin' WHERE id = ?", [site.idOf('ben')])
    await site.query("INSERT INTO colombier_grants VALUES (?, 'example.org')", [site.idOf('ben')])
  })

  test('ada and cleo may not see it, and a stranger is led to sign in', async () => {
    for (const person of ['ada', 'cleo'] as const) {
      expect((await (await site.signedIn(person)).get('/audit')).status).toBe(403)
    }
    expect((await site.visitor().get('/audit')).location).toBe('/sign-in?next=%2Faudit')
  })

  test('it is looked through by mailbox and by act; what is neither finds nothing or is left aside', async () => {
    await act('password.changed', ADDRESS)
    await act('mailbox.locked', ADDRESS, 'ben')
    await act('mailbox.locked', 'someone.else@example.net', 'dora')
    const dora = await site.signedIn('dora')
    const rows = async (query: string) =>
      ((await dora.get(`/audit?${query}`)).html.split('<tbody>')[1] ?? '').split('<tr>').length - 1
    expect(await rows(`mailbox=${ADDRESS.toUpperCase()}`)).toBe(2)
    expect(await rows('action=mailbox.locked')).toBe(2)
    expect(await rows(`mailbox=${ADDRESS}&action=mailbox.locked`)).toBe(1)
    expect(await rows("mailbox=' OR 1=1 -- ")).toBe(0)
    expect(await rows('action=toString')).toBe(3)
    expect(await rows('before=x')).toBe(3)
  })

  test('thousands are paged, each once, in as many questions as a few', async () => {
    await act('alias.added', ADDRESS)
    const browsers = { ben: await site.signedIn('ben'), dora: await site.signedIn('dora') }
    const few = { ben: 0, dora: 0 }
    for (const name of ['ben', 'dora'] as const) {
      few[name] = (await countStatements(site, () => browsers[name].get('/audit'))).statements
    }
    await site.query(
      `INSERT INTO colombier_audit (at, action, mailbox, domain, subject)
       SELECT UTC_TIMESTAMP(6), 'alias.added', ?, 'example.org', CONCAT('alias', seq) FROM ${numbersTo(2000)}`,
      [ADDRESS],
    )
    for (const name of ['ben', 'dora'] as const) {
      const seen: (string | undefined)[] = []
      for (let path: string | undefined = '/audit?action=alias.added'; path !== undefined && seen.length < 260;) {
        const asked: string = path
        const { answer, statements } = await countStatements(site, () => browsers[name].get(asked))
        expect(statements).toBeLessThanOrEqual(few[name])
        seen.push(...[...answer.html.matchAll(/<bdi>(alias\d+)</g)].map(([, subject]) => subject))
        path = nextIn(answer.html)
      }
      expect(seen.slice(0, 250)).toEqual(Array.from({ length: 250 }, (_, index) => `alias${2000 - index}`))
    }
  })

  test('each act has a sentence of its own in each language', () => {
    for (const t of Object.values(catalogues)) {
      const sentences = Object.values(t.audit.actions)
      expect(new Set(sentences).size).toBe(sentences.length)
      for (const sentence of sentences) expect(sentence).toMatch(/^\p{Lu}.{10,}/u)
    }
    for (const { audit } of Object.values(catalogues))
      expect(Object.keys(audit.actions)).toEqual(Object.keys(catalogues.en.audit.actions))
  })

  test('what was written down is shown as text', async () => {
    await act('mailbox.locked', ADDRESS, 'ben', '<script>alert(1)</script>\u202Edlo')
    const dora = await site.signedIn('dora')
    for (const answer of [
      await dora.get('/audit'),
      await (await site.signedIn('ada')).get(`/mailboxes/${id}/history`),
    ]) {
      expect(answer.html).toContain('<bdi>&lt;script&gt;alert(1)&lt;/script&gt;\u202Edlo</bdi>')
      expect(answer.html).not.toContain('<script>alert')
    }
  })

  test('nothing is changed by a POST to it', async () => {
    await act('mailbox.locked', ADDRESS, 'ben')
    expect((await (await site.signedIn('dora')).post('/audit')).status).toBe(404)
    expect(await site.query('SELECT 1 FROM colombier_audit')).toHaveLength(1)
  })
})

describe('what happened to this mailbox', () => {
  test('ada reads it of hers: what she did, what an administrator did, what the mail host did', async () => {
    await act('password.change_requested', ADDRESS)
    await act('password.change_failed', ADDRESS, null, 'wrong_key_password')
    await act('mailbox.locked', ADDRESS, 'ben', 'a quarrel')
    const ada = await site.signedIn('ada')
    expect((await ada.get('/mailboxes')).html).toContain(`href="/mailboxes/${id}/history"`)
    const { html } = await ada.get(`/mailboxes/${id}/history`)
    expect(html).toContain('History of ada.lovelace@example.org')
    expect(html).toContain('>You<')
    expect(html).toContain('>An administrator<')
    expect(html).toContain('a quarrel')
    expect(html).toContain('The password entered does not open the key')
    for (const hidden of ['ben@people.test', '192.0.2.77']) expect(html).not.toContain(hidden)
  })

  test('nothing of other mailboxes, nor of an earlier owner of the address', async () => {
    await act('password.changed', 'someone.else@example.org', 'ada', 'another mailbox')
    await act('alias.added', ADDRESS, 'cleo', 'of long ago')
    await site.query("UPDATE colombier_audit SET at = at - INTERVAL 1 YEAR WHERE subject = 'of long ago'")
    const { html } = await (await site.signedIn('ada')).get(`/mailboxes/${id}/history`)
    expect(html).not.toContain('another mailbox')
    expect(html).not.toContain('of long ago')
  })

  test('cleo, ben and dora get the same 404 as for a mailbox that is not there', async () => {
    for (const person of ['cleo', 'ben', 'dora'] as const) {
      const browser = await site.signedIn(person)
      const hers = await browser.get(`/mailboxes/${id}/history`)
      const nobodys = await browser.get('/mailboxes/999999/history')
      expect(hers.status).toBe(404)
      expect(nobodys.status).toBe(404)
      expect(hers.html.replaceAll(`/${id}/`, '/#/')).toBe(nobodys.html.replaceAll('/999999/', '/#/'))
    }
  })

  test('in French where the account says so', async () => {
    await act('password.changed', ADDRESS, null)
    await site.query("UPDATE colombier_accounts SET language = 'fr' WHERE id = ?", [site.idOf('ada')])
    const { html } = await (await site.signedIn('ada')).get(`/mailboxes/${id}/history`)
    expect(html).toContain('Mot de passe changé')
  })
})
