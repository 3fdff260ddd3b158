// Every page, form and fragment that people get, in every state that looks different. A page that is added to the app
// gets a line here: until then test/i18n/complete.test.ts fails.
import { en } from '../../src/i18n/en.ts'
import { addAliasRow } from './aliases.ts'
import { CAST, PASSWORD, type Person, type TestApp } from './app.ts'
import type { Browser } from './browser.ts'
import { linkTo } from './outbox.ts'
import { addMailbox, MAILBOX_PASSWORD } from './tasks.ts'

/** People beside the cast, each in one state of the second factor. */
const BETWEEN = ['halfway', 'enrolling', 'enrolled'] as const
export const VIEWERS = [null, 'ada', 'ben', 'cleo', 'dora', ...BETWEEN] as const
export type Viewer = (typeof VIEWERS)[number]

/** A browser of whoever looks, signed in as far as they are. */
export async function openViewer(site: TestApp, viewer: Viewer): Promise<Browser> {
  if (viewer === null) return site.visitor()
  const between = BETWEEN.find((one) => one === viewer)
  if (between === undefined) return site.signedIn(viewer as Person)

  const browser = site.visitor()
  await browser.post('/sign-in', { email: `${between}@people.test`, password: PASSWORD, next: '/' })
  if (between === 'enrolling') await browser.post('/security/authenticator')
  await site.query(
    `UPDATE colombier_sessions s JOIN colombier_accounts a ON a.id = s.account_id
     SET s.second_factor_at = IF(?, UTC_TIMESTAMP(6), NULL), s.proven_at = IF(?, UTC_TIMESTAMP(6) + INTERVAL 1 DAY, NULL)
     WHERE a.email = ?`,
    [between === 'enrolled', between === 'enrolled', `${between}@people.test`],
  )
  return browser
}

async function addBetween(site: TestApp): Promise<void> {
  for (const name of BETWEEN)
    await site.query(
      `INSERT INTO colombier_accounts (email, password_hash, created_at)
       SELECT ?, password_hash, UTC_TIMESTAMP(6) FROM colombier_accounts WHERE id = ?`,
      [`${name}@people.test`, site.idOf('ada')],
    )
  await site.query(
    `INSERT INTO colombier_totp (account_id, secret, created_at, last_used_at)
     SELECT id, 'sealed', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM colombier_accounts
     WHERE email IN ('halfway@people.test', 'enrolled@people.test')`,
  )
  await site.query(
    `INSERT INTO colombier_passkeys (account_id, credential_id, public_key, counter, transports, name, created_at)
     SELECT id, email, '', 0, 'internal', ?, UTC_TIMESTAMP(6) FROM colombier_accounts
     WHERE email IN ('halfway@people.test', 'enrolled@people.test')`,
    [WORDS],
  )
}

export interface View {
  /** the pattern of the app that answers */
  route: string
  path: string
  /** who looks; null: somebody who has not signed in */
  as: Viewer
  /** posted, to look at what comes back */
  form?: Record<string, string>
  status: number
  /** only ever a part of a page */
  fragment?: true
  /** what is clicked in it, each to be replaced by what it opens in place */
  opens?: string[]
}

/** What answers a GET and is not a page. */
export const NO_PAGES = [
  '/', // leads on
  '/registrations/:act{approvals|denials}', // leads on
  '/health',
  '/mail/config-v1.1.xml',
  '/.well-known/autoconfig/mail/config-v1.1.xml',
  '/mail/apple.mobileconfig',
  '/static/:name',
  '/registrations/events',
]

/** Words of other people, to be told from the app's own. */
export const WORDS = 'Lorem ipsum dolor sit amet, consectetur'

const LONG = `${'a.rather.long.name.that.somebody.chose'.repeat(2).slice(0, 64)}@example.org`
const UNKNOWN = 'before.colombier@example.org'

/** The settings that the site of these views needs. */
export const VIEWS_ENV = {
  REGISTRATION_MIN_SECONDS: '0',
  SECOND_FACTOR: 'admins',
  SECOND_FACTOR_FROM: '2999-01-31',
  APP_PASSWORDS: 'offered',
  MAIL_CLIENT_IMAP: 'imaps://mail.example.org',
  MAIL_CLIENT_POP3: 'pop3://mail.example.org',
  MAIL_CLIENT_SMTP: 'smtp://mail.example.org',
  MAIL_CLIENT_WEBMAIL: 'https://webmail.example.org/',
}

/** Fills the site, which has the settings above, with people's things in all their states. */
export async function prepareViews(site: TestApp): Promise<View[]> {
  const { query } = site
  const idOf = (person: Person) => site.idOf(person)
  const give = (person: Person, address: string) => addMailbox(site, { address, accountId: idOf(person) })
  await query('UPDATE colombier_accounts SET mailbox_limit = 20 WHERE id = ?', [idOf('ada')])
  await query('UPDATE colombier_accounts SET mailbox_limit = 1 WHERE id = ?', [idOf('ben')])

  const active = await give('ada', 'ada.lovelace@example.org')
  const full = await give('ada', 'adas.aliases@example.org')
  const unmade = await give('ada', 'never.made@example.org')
  const deleting = await give('ada', 'to.be.deleted@example.org')
  for (const address of [LONG, 'locked.one@example.org', 'closed.one@example.org', 'missing@example.org']) {
    await give('ada', address)
  }
  const plain = await give('ben', 'benjamin@example.org')
  await query(`UPDATE colombier_mailboxes SET locks = 'administrator', lock_reason = ? WHERE address LIKE 'locked%'`, [
    `${WORDS} ${'unbroken'.repeat(20)}`,
  ])
  await query(`UPDATE colombier_mailboxes SET locks = 'setup', kept_hash = 'x' WHERE address LIKE 'never%'`)
  await query("UPDATE virtual_users SET active = 0 WHERE email LIKE 'closed%'")
  await query("DELETE FROM virtual_users WHERE email LIKE 'missing%'")
  await query(
    `INSERT INTO virtual_users (domain_id, email, password, quota)
     SELECT id, ?, '{PLAIN}x', 0 FROM virtual_domains WHERE name = 'example.org'`,
    [UNKNOWN],
  )

  for (const [kind, state, error, given] of [
    ['create', 'failed', 'mail_host', 'never.made@example.org'],
    ['create', 'queued', null, 'being.made@example.org'],
    ['rekey', 'running', null, 're.encrypting@example.org'],
    ['rekey', 'failed', 'wrong_key_password', 'failed.change@example.org'],
    ['delete', 'failed', 'unsafe_home', 'failed.deletion@example.org'],
    ['delete', 'queued', null, 'to.be.deleted@example.org'],
  ] as const) {
    if (!['never', 'to.be'].some((begin) => given.startsWith(begin))) await give('ada', given)
    await query(
      `INSERT INTO colombier_tasks (id, kind, state, error, mailbox, requested_at, not_before, deadline, attempts)
       VALUES (UUID(), ?, ?, ?, ?, UTC_TIMESTAMP(6), '2030-11-24 09:10:00', '2030-11-23 14:32:00', 2)`,
      [kind, state, error, given],
    )
  }
  for (let number = 1; number <= 60; number++)
    await addAliasRow(site, `shop.no.${number}@example.org`, 'adas.aliases@example.org')
  for (const other of ['adas.aliases@example.org', 'benjamin@example.org']) {
    await addAliasRow(site, 'team.of.two@example.org', other)
  }
  await addAliasRow(site, `${'long'.repeat(16)}@example.org`, 'adas.aliases@example.org')

  await query(
    `INSERT INTO colombier_connectors (host, version, seen_at, mode, active_lock, last_failure, failed_at) VALUES
     ('mail.example.org', '1.0.0', UTC_TIMESTAMP(6), 'watch', 'safe', 'mail_host', UTC_TIMESTAMP(6)),
     ('old.example.org', '0.9.0', UTC_TIMESTAMP(6) - INTERVAL 2 HOUR, 'cron', 'invisible', NULL, NULL)`,
  )
  await query(
    `INSERT INTO colombier_outbox (recipient, subject, text_body, html_body, created_at, send_at, attempts, error) VALUES
     ('stuck@people.test', '', '', '', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, 4, 'ECONNECTION'),
     ('new@people.test', '', '', '', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, 0, NULL)`,
  )
  for (const [index, action] of Object.keys(en.audit.actions).entries()) {
    const actor = [idOf('ada'), idOf('ben'), null][index % 3] ?? null
    await query(
      `INSERT INTO colombier_audit (at, account_id, actor, network, action, mailbox, domain, subject)
       VALUES (UTC_TIMESTAMP(6), ?, ?, '192.0.2.0', ?, 'ada.lovelace@example.org', 'example.org', ?)`,
      [actor, actor && CAST.ben.email, action, [null, 'unsafe_home', WORDS][index % 3]],
    )
  }
  await query("UPDATE colombier_mailboxes SET new_start_offered_at = UTC_TIMESTAMP(6) WHERE address LIKE 'adas%'")
  await query(
    `INSERT INTO colombier_recoveries (mailbox, account_id, requested_at, due_at, payload)
     VALUES ('adas.aliases@example.org', ?, UTC_TIMESTAMP(6), '2030-11-24 09:10:00', '')`,
    [idOf('ada')],
  )
  await query(
    `INSERT INTO colombier_credentials (mailbox, kind, name, protocols, last_day, lookup, salt, wrapped, sealed, proof, created_at)
     VALUES ('ada.lovelace@example.org', 'app', ?, 'imap,pop3', '2030-11-24', UNHEX(MD5('a')), '', '', '', '', UTC_TIMESTAMP(6)),
       ('ada.lovelace@example.org', 'app', ?, 'sieve,smtp,submission', '2020-11-24', UNHEX(MD5('b')), '', '', '', '', UTC_TIMESTAMP(6))`,
    [WORDS, WORDS],
  )
  const [first = 0, second = 0] = await addRegistrations(site)
  const tokens = await askForLinks(site)
  await addBetween(site)

  const get = (as: View['as'], route: string, path = route, more: Partial<View> = {}): View => ({
    route,
    path,
    as,
    status: 200,
    ...more,
  })
  const post = (as: View['as'], route: string, path: string, form: Record<string, string>, status = 422): View => ({
    route,
    path,
    as,
    form,
    status,
  })
  const wrongPasswords = { password: 'short', again: 'other' }
  const box = '/mailboxes/:id'
  const alias = `${box}/aliases/:address`
  const aliasAt = (name: string, noun: string) =>
    `/mailboxes/${full}/aliases/${encodeURIComponent(`${name}@example.org`)}${noun}`
  const owner = '/domains/:domain/mailboxes/:address/owner'
  const ownerAt = `/domains/example.org/mailboxes/${encodeURIComponent(UNKNOWN)}/owner`

  return [
    get(null, '/sign-in', '/sign-in?next=%2Fprofile'),
    post(null, '/sign-in', '/sign-in', { email: 'nobody@people.test', password: 'not this', next: '/' }),
    get('halfway', '/sign-in/second-factor'),
    get('halfway', '/sign-in/second-factor', '/sign-in/second-factor?with=backup-code&next=%2Fprofile'),
    post('halfway', '/sign-in/second-factor', '/sign-in/second-factor', { code: '123456', next: '/' }),
    get(null, '/sign-in/passkey'),
    post(null, '/sign-in/passkey', '/sign-in/passkey', { credential: 'x', next: '/' }),
    post('halfway', '/sign-in/second-factor/passkey', '/sign-in/second-factor/passkey', { credential: 'x', next: '/' }),
    get('ada', '/security'),
    get('enrolled', '/security'),
    get('enrolled', '/security', '/security?done=removed'),
    get('ben', '/security/second-factor'),
    get('enrolling', '/security/authenticator'),
    post('enrolling', '/security/authenticator/confirmation', '/security/authenticator/confirmation', { code: '1' }),
    post('enrolling', '/security/authenticator', '/security/authenticator', { proof: 'not this' }),
    post('enrolled', '/security/backup-codes', '/security/backup-codes', {}, 201),
    get(null, '/registration'),
    post(null, '/registration', '/registration', {
      email: 'x',
      reason: WORDS.slice(0, 5),
      opened: '',
      remarks: '',
    }),
    post(null, '/registration', '/registration', {
      email: 'new@newcomers.test',
      reason: WORDS,
      opened: 'forged',
      remarks: '',
    }),
    get(null, '/registration/sent'),
    get(null, '/registration/confirmation', tokens.registration),
    get(null, '/registration/confirmation', '/registration/confirmation?token=x', { status: 410 }),
    post(null, '/registration/confirmation', '/registration/confirmation', {
      ...wrongPasswords,
      token: tokens.registration.replace(/.*=/, ''),
    }),
    get(null, '/registration/confirmed'),
    get(null, '/registration/known'),
    get(null, '/password-reset'),
    post(null, '/password-reset', '/password-reset', { email: 'x' }),
    get(null, '/password-reset/sent'),
    get(null, '/password-reset/new', tokens.reset),
    post(null, '/password-reset/new', '/password-reset/new', {
      token: new URLSearchParams(tokens.reset.split('?')[1]).get('token') ?? '',
      ...wrongPasswords,
    }),
    get(null, '/password-reset/new', '/password-reset/new?token=x', { status: 410 }),
    get(null, '/password-reset/done'),
    get(null, '/email-confirmation', tokens.email),
    get(null, '/email-confirmation', '/email-confirmation?token=x', { status: 410 }),
    get(null, '/email-confirmation/done'),
    get(null, '/account-deleted'),
    get('ada', '/contact', '/contact?mailbox=ada.lovelace%40example.org'),
    post('ada', '/contact', '/contact', { message: WORDS.slice(0, 5), mailbox: '' }),
    get('ada', '/contact/sent'),
    get(null, '/mail-program'),
    get(null, '/mail-program', '/mail-program?address=x', { status: 422 }),
    get(null, '/mail-program', '/mail-program?address=ada%40elsewhere.example', { status: 422 }),
    get('ada', '/mail-program', '/mail-program?address=ada.lovelace%40example.org'),
    get(null, '*', '/nowhere', { status: 404 }),
    post(null, '/preferences/language', '/preferences/language', { language: 'xx', next: '/' }, 400),

    get('ada', '/mailboxes', '/mailboxes', {
      opens: [
        `a[href="/mailboxes/${active}/password"]`,
        `a[href="/mailboxes/${full}/aliases"]`,
        `a[href="${aliasAt('shop.no.3', '/name')}"]`,
        `a[href="${aliasAt('team.of.two', '/removal')}"]`,
        `a[href="/mailboxes/${unmade}/creation"]`,
      ],
    }),
    get('ada', '/mailboxes/new'),
    get('ada', '/mailboxes/new', '/mailboxes/new', { fragment: true }),
    get('cleo', '/mailboxes'),
    get('ben', '/mailboxes'),
    get('dora', '/mailboxes'),
    post('cleo', '/mailboxes', '/mailboxes', {
      localPart: 'ab',
      domain: 'elsewhere.example',
      quotaMegabytes: '99999999',
      ...wrongPasswords,
    }),
    get('ada', '/mailboxes/preview', '/mailboxes/preview?localPart=a..b&domain=example.org', { fragment: true }),
    get('ada', box, `/mailboxes/${active}`),
    get('ada', `${box}/creation`, `/mailboxes/${unmade}/creation`),
    post('ada', `${box}/creation`, `/mailboxes/${unmade}/creation`, wrongPasswords),
    get('ada', `${box}/password`, `/mailboxes/${active}/password`),
    post('ada', `${box}/password`, `/mailboxes/${active}/password`, { current: '', ...wrongPasswords }),
    post('ada', `${box}/password`, `/mailboxes/${deleting}/password`, {
      current: PASSWORD,
      password: 'five quiet owls; 7 bells',
      again: 'five quiet owls; 7 bells',
    }),
    get('ada', `${box}/app-passwords`, `/mailboxes/${active}/app-passwords`),
    get('ada', `${box}/app-passwords`, `/mailboxes/${full}/app-passwords`),
    get('ada', `${box}/app-passwords`, `/mailboxes/${deleting}/app-passwords`),
    post('ada', `${box}/app-passwords`, `/mailboxes/${active}/app-passwords`, {
      name: '',
      lastDay: '2020-01-01',
      password: '',
    }),
    get('ada', `${box}/code`, `/mailboxes/${active}/code`),
    get('ada', `${box}/code`, `/mailboxes/${deleting}/code`),
    post('ada', `${box}/code`, `/mailboxes/${active}/code`, { password: MAILBOX_PASSWORD }, 201),
    post('ada', `${box}/code/proof`, `/mailboxes/${active}/code/proof`, { part: '' }),
    get('ada', `${box}/recovery`, `/mailboxes/${active}/recovery`),
    post('ada', `${box}/recovery`, `/mailboxes/${active}/recovery`, { code: 'aaaa-bbbb', ...wrongPasswords }),
    get('ada', `${box}/new-start`, `/mailboxes/${full}/new-start`),
    post('ada', `${box}/new-start`, `/mailboxes/${full}/new-start`, wrongPasswords),
    get('ben', `${box}/new-start-offer`, `/mailboxes/${active}/new-start-offer`),
    get('ben', `${box}/new-start-offer`, `/mailboxes/${full}/new-start-offer`),
    get('ada', `${box}/deletion`, `/mailboxes/${active}/deletion`),
    post('ada', `${box}/deletion`, `/mailboxes/${active}/deletion`, { password: '' }),
    get('ada', `${box}/history`, `/mailboxes/${active}/history`),
    get('ben', `${box}/history`, `/mailboxes/${plain}/history`),
    get('ada', `${box}/aliases`, `/mailboxes/${full}/aliases?random=1`),
    get('ada', `${box}/aliases`, `/mailboxes/${full}/aliases?find=nothing`),
    get('ada', `${box}/aliases`, `/mailboxes/${active}/aliases`),
    get('ada', `${box}/aliases`, `/mailboxes/${deleting}/aliases`),
    post('ada', `${box}/aliases`, `/mailboxes/${active}/aliases`, { localPart: 'a+b', domain: 'example.net' }),
    get('ada', `${box}/aliases/preview`, `/mailboxes/${full}/aliases/preview?localPart=a..b&domain=example.org`, {
      fragment: true,
    }),
    get('ada', alias, aliasAt('team.of.two', '')),
    get('ada', `${alias}/name`, aliasAt('shop.no.3', '/name')),
    post('ada', `${alias}/name`, aliasAt('shop.no.3', '/name'), { localPart: 'postmaster', domain: 'example.org' }),
    post('ada', `${alias}/name`, aliasAt('team.of.two', '/name'), { localPart: 'another.name', domain: 'example.org' }),
    get('ada', `${alias}/removal`, aliasAt('shop.no.3', '/removal')),
    get('ada', `${alias}/removal`, aliasAt('team.of.two', '/removal')),
    get('ada', '/mailbox-claims'),
    post('ada', '/mailbox-claims', '/mailbox-claims', { address: 'nobody@example.org', password: 'not this' }),
    get('ada', '/profile'),
    get('ada', '/profile', '/profile?done=email'),
    get('cleo', '/security', '/security?done=session'),
    post('ada', '/profile/password', '/profile/password', { current: 'not this', ...wrongPasswords }),
    post('ada', '/profile/email', '/profile/email', { current: '', email: 'x' }),
    post('cleo', '/profile/deletion', '/profile/deletion', { current: '' }),
    get('ada', '/password-suggestion', '/password-suggestion?for=new', { fragment: true }),
    get('ada', '/domain-options', '/domain-options?field=domain&domain=ex', { fragment: true }),
    get('ada', '/accounts', '/accounts', { status: 403 }),

    get('ben', '/registrations', '/registrations', {
      opens: [
        `a[href="/registrations/${first}/approval"]`,
        `a[href="/registrations/${second}/denial"]`,
        `a[href="/registrations/${second + 1}/notes"]`,
      ],
    }),
    get('ben', '/registrations', '/registrations?email=nobody'),
    post('ben', '/registrations/approvals', '/registrations/approvals', {
      prefix: '',
      after: '0',
      limit: 'x',
      domains: 'example.org',
    }),
    get('ben', '/registrations/:id', `/registrations/${first}`),
    get('ben', '/registrations/:id/approval', `/registrations/${first}/approval`),
    post('ben', '/registrations/:id/approval', `/registrations/${first}/approval`, { limit: 'x' }),
    get('dora', '/registrations/:id/approval', `/registrations/${first}/approval`),
    get('ben', '/registrations/:id/denial', `/registrations/${first}/denial`),
    get('ben', '/registrations/:id/notes', `/registrations/${first}/notes`),
    post('ben', '/registrations/:id/notes', `/registrations/${first}/notes`, { note: '' }),
    get('ben', '/registrations/decisions'),
    get('ben', '/registrations/decisions', '/registrations/decisions?email=nobody'),
    get('ben', '/domains'),
    get('cleo', '/domains', '/domains', { status: 403 }),
    get('ben', '/domains/:domain', '/domains/example.org'),
    get('dora', '/domains/:domain', '/domains/example.org', { opens: [`a[href="${ownerAt}"]`] }),
    get('dora', '/domains/:domain', '/domains/example.org?only=unowned'),
    get('dora', '/domains/:domain', '/domains/example.net?q=x'),
    get('dora', '/domains/:domain', '/domains/example.net'),
    get('dora', '/domains/:domain/mailboxes/:address', `/domains/example.org/mailboxes/${encodeURIComponent(UNKNOWN)}`),
    get('dora', owner, ownerAt),
    post('dora', owner, ownerAt, { email: 'nobody@people.test' }),
    get('ben', `${box}/lock`, `/mailboxes/${active}/lock`),
    post('ben', `${box}/lock`, `/mailboxes/${active}/lock`, { reason: '' }),
    get('ben', '/audit'),
    get('dora', '/audit'),
    get('dora', '/audit', '/audit?mailbox=nobody@example.org'),
    get('dora', '/accounts', '/accounts', { opens: [`a[href="/accounts/${idOf('ada')}/rights"]`] }),
    get('dora', '/accounts', '/accounts?q=nobody'),
    get('dora', '/accounts/:id', `/accounts/${idOf('ada')}`),
    get('dora', '/accounts/:id/sessions/revocation', `/accounts/${idOf('ada')}/sessions/revocation`),
    get('dora', '/first-steps'),
    get('dora', '/pairing'),
    post('dora', '/pairing/line', '/pairing/line', {}, 200),
    get('dora', '/accounts/:id/rights', `/accounts/${idOf('ada')}/rights`),
    post('dora', '/accounts/:id/rights', `/accounts/${idOf('ada')}/rights`, {
      role: 'x',
      mailboxLimit: 'x',
      domains: 'nowhere.example',
    }),
    post('dora', '/accounts/:id/rights', `/accounts/${idOf('dora')}/rights`, {
      role: 'user',
      mailboxLimit: '',
      domains: '',
      active: 'yes',
    }),
    get('dora', '/accounts/:id/domains', `/accounts/${idOf('ada')}/domains`),
    get('dora', '/accounts/:id/domains', `/accounts/${idOf('ada')}/domains?q=nowhere`),
    post('dora', '/accounts/:id/domains', `/accounts/${idOf('ada')}/domains`, { domain: 'nowhere.example' }),
    get('dora', '/accounts/:id/second-factor/removal', `/accounts/${idOf('ada')}/second-factor/removal`),
    get('dora', '/tasks'),
    get('dora', '/tasks/failed'),
    get('dora', '/tasks/mail'),
  ]
}

/** Before each view: what was tried before must not keep anybody out. */
export const forgetAttempts = ({ query }: Pick<TestApp, 'query'>) => query('DELETE FROM colombier_rate_limits')

/** Three that wait, with a note, and one of each decision. */
async function addRegistrations({ query }: TestApp): Promise<number[]> {
  for (const [state, message, name] of [
    ['waiting', null, 'one'],
    ['waiting', null, 'two'],
    ['waiting', null, 'three'],
    ['approved', null, 'four'],
    ['denied', WORDS, 'five'],
    ['denied', null, 'six'],
  ] as const) {
    await query(
      `INSERT INTO colombier_registrations
         (email, reason, language, state, requested_at, expires_at, confirmed_at, decided_at, decider, message, domains)
       VALUES (?, ?, 'en', ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), ?, ?, ?, ?)`,
      [
        `${name}@newcomers.test`,
        WORDS,
        state,
        ...(state === 'waiting' ? [null, null] : ['2026-11-24 09:10:00', CAST.ben.email]),
        message,
        state === 'approved' ? 'example.org' : null,
      ],
    )
  }
  const rows = await query<{ id: number }>("SELECT id FROM colombier_registrations WHERE state = 'waiting' ORDER BY id")
  for (const { id } of rows) {
    await query(
      'INSERT INTO colombier_registration_notes (registration_id, at, author, note) VALUES (?, UTC_TIMESTAMP(6), ?, ?)',
      [id, CAST.ben.email, WORDS],
    )
  }
  return rows.map(({ id }) => id)
}

/** The addresses to which mails lead. */
async function askForLinks(site: TestApp) {
  const visitor = site.visitor()
  const { html } = await visitor.get('/registration')
  const [, opened = ''] = /name="opened" value="([^"]*)"/.exec(html) ?? []
  const newcomer = { email: 'seven@newcomers.test', reason: WORDS, opened, remarks: '' }
  await visitor.post('/registration', newcomer)
  await visitor.post('/password-reset', { email: CAST.cleo.email })
  const cleo = await site.signedIn('cleo')
  await cleo.post('/profile/email', { email: 'cleo@elsewhere.test', current: PASSWORD })
  return {
    registration: await linkTo(site, newcomer.email),
    reset: await linkTo(site, CAST.cleo.email),
    email: await linkTo(site, 'cleo@elsewhere.test'),
  }
}
