import { createHash } from 'node:crypto'
import type { Person, TestApp } from './app.ts'
import { addAliasRow } from './aliases.ts'
import { addMailbox } from './tasks.ts'
import { version } from '../../src/version.ts'

const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()
const unownedMailbox = 'before.colombier@example.org'

/** ada's mailboxes, one in each state that a mailbox may be in. */
const mailboxes: Record<string, string> = {
  'ada.lovelace': '',
  letters: '',
  newsletters: '',
  'pigeon.post': '',
  'failed.change': "'rekey', 'failed', 'wrong_key_password'",
  're.encrypting': "'rekey', 'running', NULL",
  'being.made': "'create', 'queued', NULL",
  'never.made': "'create', 'failed', 'mail_host'",
  'to.be.deleted': "'delete', 'queued', NULL",
  'locked.away': '',
}

const reasons = {
  emma: 'I keep the pigeons at the mill and would like an address for the club.',
  florian: 'My sister has a mailbox here.\n\nI would use mine for family letters, and for the choir.',
  grace: `Is this ${'unbroken'.repeat(40)}?`,
}

/**
 * Something to see on each page, and where each page and each form that opens in place is found, by who may look at it.
 */
export async function fillGallery(site: Pick<TestApp, 'pool' | 'config' | 'query' | 'idOf'>) {
  const { query } = site
  const ada = site.idOf('ada')
  const ids: Record<string, number> = {}
  await query('UPDATE colombier_accounts SET mailbox_limit = 12 WHERE id = ?', [ada])
  for (const [name, task] of Object.entries(mailboxes)) {
    const address = `${name}@example.org`
    ids[name] = await addMailbox(site, { address, accountId: ada })
    if (task === '') continue
    await query(
      `INSERT INTO colombier_tasks (id, mailbox, kind, state, error, requested_at, not_before, deadline)
       VALUES (UUID(), ?, ${task}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 2 DAY, UTC_TIMESTAMP(6) + INTERVAL 1 DAY)`,
      [address],
    )
  }
  await query(`UPDATE colombier_mailboxes SET locks = 'setup', kept_hash = 'x' WHERE address LIKE 'never%'`)
  await query(
    `UPDATE colombier_mailboxes SET locks = 'administrator', lock_reason = 'It sent a great deal of mail last night.'
     WHERE address LIKE 'locked%'`,
  )
  await addMailbox(site, { address: 'benjamin@example.org', accountId: site.idOf('ben') })
  await query(
    `INSERT INTO virtual_users (domain_id, email, password, quota)
     SELECT id, ?, '{PLAIN}x', 0 FROM virtual_domains WHERE name = 'example.org'`,
    [unownedMailbox],
  )
  for (const alias of ['bookshop.orders', 'garden.shop', 'railway.tickets'])
    await addAliasRow(site, `${alias}@example.org`, 'ada.lovelace@example.org')
  await addAliasRow(site, 'the.whole.village@example.org', 'ada.lovelace@example.org, benjamin@example.org')
  for (let number = 10; number < 20; number++)
    await addAliasRow(site, `newsletter.${number}@example.org`, 'newsletters@example.org')

  for (const [name, reason] of Object.entries(reasons)) await addRegistration(name, 'waiting', reason)
  await addRegistration('jack', 'approved', reasons.emma)
  await addRegistration('kim', 'denied', reasons.florian)
  await addRegistration('mia', 'unconfirmed', reasons.florian)
  const [waiting] = await query<{ id: number }>(
    "SELECT MIN(id) AS id FROM colombier_registrations WHERE state = 'waiting'",
  )
  await query(
    `INSERT INTO colombier_registration_notes (registration_id, at, author, note)
     VALUES (?, UTC_TIMESTAMP(6), 'dora@people.test', 'I know her from the club.')`,
    [waiting?.id],
  )
  await query(
    `INSERT INTO colombier_links (id_hash, account_id, purpose, data, expires_at) VALUES
     (?, ?, 'password_reset', NULL, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR),
     (?, ?, 'email_change', 'ada@elsewhere.test', UTC_TIMESTAMP(6) + INTERVAL 1 HOUR)`,
    [hashToken('reset'), ada, hashToken('change'), ada],
  )
  await query(
    `INSERT INTO colombier_connectors (host, version, seen_at, mode, active_lock, last_failure, failed_at) VALUES
     ('mail.example.org', ?, UTC_TIMESTAMP(6), 'watch', 'safe', 'mail_host', UTC_TIMESTAMP(6))`,
    [version],
  )
  await query(
    `INSERT INTO colombier_outbox (recipient, subject, text_body, html_body, created_at, send_at, attempts, error)
     VALUES ('stuck@people.test', '', '', '', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, 4, 'ECONNECTION')`,
  )
  await query(
    `INSERT INTO colombier_audit (at, account_id, actor, network, action, mailbox, subject) VALUES
     (UTC_TIMESTAMP(6), ?, 'ada@people.test', '2001:db8:1:2::/64', 'alias.added', 'ada.lovelace@example.org',
      'garden.shop@example.org')`,
    [ada],
  )

  async function addRegistration(name: string, state: string, reason: string): Promise<void> {
    const decided = state === 'approved' || state === 'denied'
    await query(
      `INSERT INTO colombier_registrations (email, password_hash, reason, language, state, token_hash, requested_at,
       expires_at, decided_at, decided_by, decider, domains, message)
       VALUES (?, 'x', ?, 'en', ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 2 DAY, ?, ?, ?, ?, ?)`,
      [
        `${name}@newcomers.test`,
        reason,
        state,
        state === 'unconfirmed' ? hashToken('registration') : null,
        decided ? new Date() : null,
        decided ? site.idOf('ben') : null,
        decided ? 'ben@people.test' : null,
        state === 'approved' ? 'example.org' : null,
        state === 'denied' ? 'We only have room for people of the village.' : null,
      ],
    )
  }

  const mailbox = `/mailboxes/${ids['ada.lovelace']}`
  const alias = `${mailbox}/aliases/${encodeURIComponent('garden.shop@example.org')}`
  const shared = `${mailbox}/aliases/${encodeURIComponent('the.whole.village@example.org')}`
  const registration = `/registrations/${waiting?.id}`
  const pages: Record<Person | 'nobody', string[]> = {
    nobody: [
      '/sign-in',
      '/registration',
      '/registration/sent',
      '/registration/confirmation?token=registration',
      '/registration/confirmation?token=none',
      '/registration/confirmed',
      '/registration/known',
      '/password-reset',
      '/password-reset/sent',
      '/password-reset/new?token=reset',
      '/password-reset/new?token=none',
      '/password-reset/done',
      '/account-deleted',
      '/no-such-page',
    ],
    cleo: ['/mailboxes', '/profile', '/security'],
    ada: [
      '/mailboxes',
      mailbox,
      `${mailbox}/password`,
      `${mailbox}/aliases`,
      `${alias}/name`,
      `${alias}/removal`,
      `${shared}/removal`,
      `/mailboxes/${ids['newsletters']}/aliases`,
      `${mailbox}/deletion`,
      `${mailbox}/history`,
      `/mailboxes/${ids['never.made']}/creation`,
      '/mailbox-claims',
      '/profile',
      '/email-confirmation?token=change',
      '/email-confirmation?token=none',
      '/email-confirmation/done',
      '/accounts',
    ],
    ben: [
      '/mailboxes',
      '/registrations',
      '/registrations?email=nobody',
      `${registration}/approval`,
      `${registration}/denial`,
      `${registration}/notes`,
      '/registrations/decisions',
      '/domains',
      '/domains/example.org',
      '/audit',
    ],
    dora: [
      '/accounts',
      `/accounts/${ada}/rights`,
      `/accounts/${ada}/domains`,
      '/domains',
      '/domains/example.org',
      '/domains/example.org?only=unowned',
      `/domains/example.org/mailboxes/${encodeURIComponent(unownedMailbox)}/owner`,
      `${mailbox}/lock`,
      '/audit',
      '/tasks',
      '/tasks/failed',
      '/tasks/mail',
      '/pairing',
    ],
  }
  return { ids, pages }
}
