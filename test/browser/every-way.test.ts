import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { catalogues } from '../../src/i18n/languages.ts'
import { CAST, PASSWORD, type Person } from '../support/app.ts'
import { SIZES, startSite, type Site, type Window } from '../support/chromium.ts'
import { linkTo } from '../support/outbox.ts'
import { addMailbox, endTask, MAILBOX_PASSWORD } from '../support/tasks.ts'
import { Visit } from '../support/visit.ts'

const NEXT = 'eight calm doves; 2 owls'

let site: Site
beforeAll(async () => {
  site = await startSite({ env: { REGISTRATION_MIN_SECONDS: '0' } })
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of [
    'colombier_tasks',
    'colombier_mailboxes',
    'virtual_users',
    'virtual_aliases',
    'colombier_audit',
    'colombier_rate_limits',
  ])
    await site.query(`DELETE FROM ${table}`)
})

// Every journey in each size, colour and language, with and without scripts, with the mouse and by the keyboard alone.
const ways = [
  { size: 'phone', colorScheme: 'dark', language: 'fr', scripts: false, keyboard: false },
  { size: 'phone', colorScheme: 'dark', language: 'fr', scripts: true, keyboard: false },
  { size: 'desktop', colorScheme: 'light', language: 'en', scripts: false, keyboard: true },
  { size: 'desktop', colorScheme: 'light', language: 'en', scripts: true, keyboard: true },
] as const

describe.each(ways)('$size, $colorScheme, $language, scripts $scripts, keyboard $keyboard', (way) => {
  const windows: Window[] = []
  const visit = async (person?: Person): Promise<Visit> => {
    const { size, colorScheme, language, scripts, keyboard } = way
    const window = await site.open({
      viewport: SIZES[size],
      colorScheme,
      locale: language,
      javaScriptEnabled: scripts,
      reducedMotion: 'reduce',
    })
    windows.push(window)
    if (person) await window.signIn(person)
    return new Visit(window.page, catalogues[language], keyboard)
  }
  afterAll(() => Promise.all(windows.map(({ context }) => context.close())))

  test('ada asks for an account, confirms it, is let in by ben, and signs in', async () => {
    const email = `ada.${String(ways.indexOf(way))}@newcomers.test`
    const ada = await visit()
    const { t, page } = ada
    await page.goto('/sign-in')
    await ada.follow(t.signIn.register)
    await ada.fill(t.registration.email, email)
    await ada.fill(t.registration.reason, 'I look after the carrier pigeons.')
    await ada.press(t.registration.submit)
    await ada.sees(t.registration.sent.title)
    await page.goto(await linkTo(site, email))
    await ada.fill(t.registration.password, PASSWORD)
    await ada.fill(t.password.again, PASSWORD)
    await ada.press(t.registration.confirmation.submit)
    await ada.sees(t.registration.confirmation.done.title)

    const ben = await visit('ben')
    await ben.page.goto('/registrations')
    const row = ben.page.locator('li.registration', { hasText: email })
    await ben.press(`${t.moderation.approve}: ${email}`, row)
    await expect.poll(() => site.query('SELECT 1 FROM colombier_accounts WHERE email = ?', [email])).toHaveLength(1)

    await page.goto(await linkTo(site, email))
    await ada.fill(t.signIn.email, email)
    await ada.fill(t.signIn.password, PASSWORD)
    await ada.press(t.signIn.submit, page.getByRole('main'))
    await ada.sees(t.mailboxes.empty)
  })

  test('ada creates a mailbox, changes its password, deletes it, calls that off, and reads what happened', async () => {
    const address = 'ada.lovelace@example.org'
    const ada = await visit('ada')
    const { t, page } = ada
    const card = page.locator('li.card', { hasText: address })
    await ada.fill(t.mailboxes.localPart, 'ada.lovelace')
    await ada.fill(t.password.next, MAILBOX_PASSWORD)
    await ada.fill(t.password.again, MAILBOX_PASSWORD)
    await ada.press(t.mailboxes.submit)
    await ada.sees(t.mailboxes.badges.settingUp, card)
    await endTask(site, address)
    await page.reload()

    await ada.follow(t.password.change, card)
    await ada.fill(t.password.current, MAILBOX_PASSWORD, card)
    await ada.fill(t.password.next, NEXT, card)
    await ada.fill(t.password.again, NEXT, card)
    await ada.press(t.password.submit, card)
    await ada.sees(t.mailboxes.badges.rekeying, card)
    await endTask(site, address)
    await page.reload()

    await ada.follow(t.deletion.open, card)
    await ada.fill(t.deletion.password, NEXT, card)
    await ada.press(t.deletion.submit, card)
    await ada.sees(t.mailboxes.badges.deleting, card)
    await ada.press(t.deletion.cancel, card)
    await ada.sees(t.mailboxes.badges.active, card)
    await ada.follow(t.audit.link, card)
    await page.locator('td', { hasText: t.audit.actions['deletion.cancelled'] }).waitFor()
  })

  test('ada adds an alias, has one suggested, renames it and deletes the other', async () => {
    await addMailbox(site, { address: 'adalove@example.org', accountId: site.idOf('ada') })
    const ada = await visit('ada')
    const { t, page } = ada
    const card = page.locator('li.card', { hasText: 'adalove@example.org' })
    await ada.follow(t.aliases.title, card)
    await ada.fill(t.aliases.name, 'winter.shop', card)
    await ada.press(t.aliases.submit, card)
    await ada.sees(t.aliases.count(1, 100), card)

    await ada.press(t.aliases.suggest, card)
    await expect.poll(() => card.getByLabel(t.aliases.name, { exact: true }).inputValue()).toMatch(/^[a-z0-9-]{12,}$/)
    const random = await card.getByLabel(t.aliases.name, { exact: true }).inputValue()
    await ada.press(t.aliases.submit, card)
    await ada.sees(t.aliases.count(2, 100), card)

    await ada.follow(t.aliases.renameOf(`${random}@example.org`))
    const row = page.locator('li.alias', { has: page.getByRole('button', { name: t.aliases.save }) })
    await ada.fill(t.aliases.name, 'summer.shop', row)
    await ada.press(t.aliases.save, row)
    await page.getByRole('link', { name: t.aliases.renameOf('summer.shop@example.org') }).waitFor()
    await ada.follow(t.aliases.removeOf('winter.shop@example.org'))
    await ada.press(t.aliases.remove)
    await ada.sees(t.aliases.count(1, 100), card)
  })

  test('dora changes rights, gives a mailbox to ada, locks and unlocks it, and sees who did what', async () => {
    const address = 'before.colombier@example.org'
    await site.query(
      `INSERT INTO virtual_users (domain_id, email, password, quota)
       SELECT id, ?, '{PLAIN}x', 0 FROM virtual_domains WHERE name = 'example.org'`,
      [address],
    )
    const dora = await visit('dora')
    const { t, page } = dora
    await page.goto('/accounts?q=ada%40people')
    await dora.openMenu(CAST.ada.email)
    await dora.follow(t.accounts.editOf(CAST.ada.email))
    await dora.fill(t.accounts.limit, '7')
    await dora.press(t.accounts.save)
    await dora.sees(t.accounts.ofLimit('0', 7))

    await page.goto('/domains/example.org')
    await dora.openMenu(address)
    await dora.follow(`${t.domains.give}: ${address}`)
    await dora.fill(t.domains.giveTo(address), CAST.ada.email)
    await dora.press(t.domains.giveSubmit)
    const row = page.getByRole('row', { name: address })
    await dora.sees(CAST.ada.email, row)
    await dora.openMenu(address)
    await dora.follow(t.locks.lock, row)
    await dora.fill(t.locks.reason, 'Nobody answers the telephone')
    await dora.press(t.locks.submit)
    await dora.sees(t.mailboxes.badges.lockedByAdministrator, row)
    await dora.openMenu(address)
    await dora.press(t.locks.remove, row)
    await dora.sees(t.mailboxes.badges.active, row)

    await dora.follow(t.common.tasks)
    await dora.follow(t.tasks.mail)
    await dora.follow(t.common.history)
    await page.locator('td', { hasText: t.audit.actions['mailbox.unlocked'] }).waitFor()
  })

  test('cleo claims her old mailbox, changes password, address and language, and sets a forgotten password anew', async () => {
    const address = 'cleopatra@example.net'
    await site.query(
      `INSERT INTO virtual_users (domain_id, email, password, quota)
       SELECT id, ?, ?, 0 FROM virtual_domains WHERE name = 'example.net'`,
      [address, `{PLAIN}${MAILBOX_PASSWORD}`],
    )
    const cleo = await visit('cleo')
    const { t, page } = cleo
    await cleo.follow(t.claim.open)
    await cleo.fill(t.claim.address, address)
    await cleo.fill(t.claim.password, MAILBOX_PASSWORD)
    await cleo.press(t.claim.submit)
    await page.locator('li.card', { hasText: address }).waitFor()

    await cleo.follow(t.common.profile)
    const card = (title: string) => page.locator('details.card', { has: page.getByRole('heading', { name: title }) })
    await cleo.unfold(t.profile.password.title)
    await cleo.fill(t.profile.current, PASSWORD, card(t.profile.password.title))
    await cleo.fill(t.password.next, NEXT, card(t.profile.password.title))
    await cleo.fill(t.password.again, NEXT, card(t.profile.password.title))
    await cleo.press(t.profile.password.submit, card(t.profile.password.title))
    await cleo.sees(t.profile.done.password)

    const other = `cleo.${String(ways.indexOf(way))}@elsewhere.test`
    await cleo.unfold(t.profile.email.title)
    await cleo.fill(t.profile.email.next, other, card(t.profile.email.title))
    await cleo.fill(t.profile.current, NEXT, card(t.profile.email.title))
    await cleo.press(t.profile.email.submit, card(t.profile.email.title))
    await cleo.sees(t.profile.done.email)
    await page.goto(await linkTo(site, other))
    await cleo.press(t.emailConfirmation.submit)
    await cleo.sees(t.emailConfirmation.done.title)

    const [from, to] = way.language === 'fr' ? (['fr', 'en'] as const) : (['en', 'fr'] as const)
    await cleo.press(catalogues[to].common.languageName)
    await page.locator(`html[lang=${to}]`).waitFor()
    await cleo.press(catalogues[from].common.languageName)
    await page.locator(`html[lang=${from}]`).waitFor()

    const forgetful = await visit()
    await forgetful.page.goto('/sign-in')
    await forgetful.follow(t.signIn.forgotten)
    await forgetful.fill(t.signIn.email, other)
    await forgetful.press(t.passwordReset.submit)
    await forgetful.sees(t.passwordReset.sent(0).title)
    await expect.poll(() => linkTo(site, other)).toContain('/password-reset/new')
    await forgetful.page.goto(await linkTo(site, other))
    await forgetful.fill(t.password.next, PASSWORD)
    await forgetful.fill(t.password.again, PASSWORD)
    await forgetful.press(t.passwordReset.save)
    await forgetful.sees(t.passwordReset.done.title)
    await site.query('UPDATE colombier_accounts SET email = ?, language = NULL WHERE id = ?', [
      CAST.cleo.email,
      site.idOf('cleo'),
    ])
  })
})
