import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendOutbox } from '../../src/jobs/outbox.ts'
import { createLog } from '../../src/lib/log.ts'
import { createMailer } from '../../src/lib/mailer.ts'
import { overflow, SIZES, startSite, violations, type Site } from '../support/chromium.ts'
import { startMailCatcher, type MailCatcher } from '../support/mail-catcher.ts'

const NEWCOMER = { email: 'ada@newcomers.test', password: 'a stork on the chimney' }

let site: Site
let catcher: MailCatcher
beforeAll(async () => {
  site = await startSite({ env: { REGISTRATION_MIN_SECONDS: '0', REGISTRATION_ATTEMPTS: '100' } })
  catcher = await startMailCatcher()
})
afterAll(async () => {
  await site.stop()
  await catcher.stop()
})

/** The mail to this person with these words in its subject, once it has been sent and caught. */
async function mailTo(email: string, subject: string) {
  const mailer = createMailer({ url: `smtp://127.0.0.1:${catcher.smtpPort}`, from: 'noreply@example.org' })
  await sendOutbox({ db: site.pool, secrets: site.config, mailer, log: createLog({ write: () => undefined }) })
  return catcher.waitFor((mail) => mail.recipients.includes(email) && mail.subject.includes(subject))
}

const linkIn = (text: string): string => /http\S+/.exec(text)?.[0] ?? ''

test('ada registers, confirms from her mail, is let in by ben while he watches, and has her first mailbox', async () => {
  const ben = await site.open()
  await ben.signIn('ben')
  await ben.page.getByRole('link', { name: 'Requests' }).click()
  await ben.page.getByText('No requests waiting.').waitFor()
  await ben.page.evaluate(() => document.body.setAttribute('data-seen', 'before'))

  const ada = await site.open()
  await ada.page.goto('/sign-in')
  await ada.page.getByRole('link', { name: 'Request one' }).click()
  await ada.page.getByLabel('E-mail address').fill(NEWCOMER.email)
  await ada.page.getByLabel('Why would you like an account?').fill('I look after the <b>carrier pigeons</b>.')
  await ada.page.getByRole('button', { name: 'Send the request' }).click()
  await ada.page.getByRole('heading', { name: 'Check your inbox' }).waitFor()

  await ada.page.goto(linkIn((await mailTo(NEWCOMER.email, 'Confirm')).text))
  await ada.page.getByText('carrier pigeons').waitFor()
  await ada.page.getByLabel('Choose a password').fill(NEWCOMER.password)
  await ada.page.getByLabel('Repeat the password').fill(NEWCOMER.password)
  await ada.page.getByRole('button', { name: 'Confirm request' }).click()
  await ada.page.getByRole('heading', { name: 'Thank you' }).waitFor()

  const row = ben.page.getByRole('listitem').filter({ hasText: NEWCOMER.email })
  await row.getByText('I look after the <b>carrier pigeons</b>.').waitFor()
  await ben.page.getByRole('link', { name: 'Requests 1 waiting' }).waitFor()
  await row.getByRole('button', { name: 'Approve' }).click()
  await row.getByText('Approved by ben@people.test').waitFor()
  await ben.page.getByRole('link', { name: 'Requests', exact: true }).waitFor()
  expect(await ben.page.locator('body').getAttribute('data-seen')).toBe('before')

  await ada.page.goto(linkIn((await mailTo(NEWCOMER.email, 'Welcome')).text))
  await ada.page.getByLabel('E-mail address').fill(NEWCOMER.email)
  await ada.page.getByLabel('Password', { exact: true }).fill(NEWCOMER.password)
  await ada.page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await ada.page.waitForURL('**/mailboxes')

  await ada.page.getByLabel('Name', { exact: true }).fill('pigeons')
  await ada.page.getByLabel('New password').fill('the mailbox is another matter')
  await ada.page.getByLabel('Repeat the password').fill('the mailbox is another matter')
  await ada.page.getByRole('button', { name: 'Create mailbox' }).click()
  await ada.page.getByRole('heading', { name: 'pigeons@example.org' }).waitFor()

  const [mailbox] = await site.query(
    `SELECT a.email FROM colombier_mailboxes m JOIN colombier_accounts a ON a.id = m.account_id
     WHERE m.address = 'pigeons@example.org'`,
  )
  expect(mailbox).toEqual({ email: NEWCOMER.email })
  expect([...ada.complaints, ...ben.complaints]).toEqual([])
})

test('what ben is filling in at one request stays as it is while others come and go', async () => {
  const [first, second] = await Promise.all(['dora@newcomers.test', 'cleo@newcomers.test'].map(addWaiting))
  const ben = await site.open()
  await ben.signIn('ben')
  await ben.page.goto('/registrations')
  const rowOf = (email: string) => ben.page.getByRole('listitem').filter({ hasText: email })
  await rowOf('dora@newcomers.test').getByRole('checkbox').check()
  await rowOf('cleo@newcomers.test').getByRole('link', { name: 'Deny' }).click()
  const message = rowOf('cleo@newcomers.test').getByLabel('Message to the person')
  await message.fill('We are sorry,')

  const dora = await site.open()
  await dora.signIn('dora')
  await addWaiting('ben@newcomers.test')
  await rowOf('ben@newcomers.test').waitFor()
  expect(await message.inputValue()).toBe('We are sorry,')
  expect(await message.evaluate((element) => element === document.activeElement)).toBe(true)
  expect(await rowOf('dora@newcomers.test').getByRole('checkbox').isChecked()).toBe(true)

  await dora.page.goto(`/registrations/${first}/denial`)
  await dora.page.getByRole('button', { name: 'Deny request' }).click()
  await rowOf('dora@newcomers.test').getByText('Denied by dora@people.test').waitFor()
  await message.press('End')
  await message.pressSequentially(' but no.')
  expect(await message.inputValue()).toBe('We are sorry, but no.')

  await dora.page.goto(`/registrations/${second}/denial`)
  await dora.page.getByRole('button', { name: 'Deny request' }).click()
  await rowOf('cleo@newcomers.test').getByText('Denied by dora@people.test').waitFor()
  expect(await message.count()).toBe(0)
  expect([...dora.complaints, ...ben.complaints]).toEqual([])
})

test.each(Object.entries(SIZES))(
  'on a %s every page fits, and axe has nothing to say, errors and open forms included',
  async (_, viewport) => {
    const email = `ada.${viewport.width}@newcomers.test`
    const id = await addWaiting(email)
    const visitor = await site.open({ viewport })
    const check = async (name: string, page = visitor.page) => {
      expect([name, await overflow(page), await violations(page)]).toEqual([name, 0, []])
    }
    const newcomer = `new.${email}`
    await visitor.page.goto('/registration')
    await check('registration')
    await visitor.page.getByLabel('E-mail address').fill(newcomer)
    await visitor.page.getByLabel('Why would you like an account?').fill('pigeons')
    await visitor.page.getByRole('button', { name: 'Send the request' }).click()
    await visitor.page.locator('#reason-error').waitFor()
    await check('registration-refused')
    await visitor.page.getByLabel('Why would you like an account?').fill('I look after the carrier pigeons')
    await visitor.page.getByRole('button', { name: 'Send the request' }).click()
    await visitor.page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
    await visitor.page.goto(linkIn((await mailTo(newcomer, 'Confirm')).text))
    await check('confirmation')
    await visitor.page.getByLabel('Choose a password').fill(NEWCOMER.password)
    await visitor.page.getByLabel('Repeat the password').fill('another one altogether')
    await visitor.page.getByRole('button', { name: 'Confirm request' }).click()
    await visitor.page.getByText('passwords don’t match').waitFor()
    await check('confirmation-refused')
    for (const path of ['sent', 'confirmation']) {
      await visitor.page.goto(`/registration/${path}`)
      await check(`registration-${path}`)
    }

    const ben = await site.open({ viewport })
    await ben.signIn('ben')
    await ben.page.goto('/registrations')
    await check('queue', ben.page)
    const row = ben.page.locator(`#registration-${id}`)
    for (const [name, field] of [
      ['Add a note', 'Note to other moderators'],
      ['Deny', 'Message to the person'],
      ['More options', 'Domains to grant'],
    ] as const) {
      await row.getByRole('link', { name }).click()
      await row.getByRole(name === 'More options' ? 'group' : 'textbox', { name: field }).waitFor()
      await check(`queue-${name}`, ben.page)
      expect(await row.getByRole('button', { name: 'Approve' }).count()).toBe(name === 'More options' ? 1 : 0)
      if (name !== 'More options') await row.getByRole('link', { name: 'Cancel' }).click()
    }
    await row.getByRole('checkbox', { name: 'example.org' }).uncheck()
    await row.getByRole('button', { name: 'Approve request' }).click()
    await row.getByText('at least one domain').waitFor()
    await check('queue-refused', ben.page)
    await ben.page.locator('[name=selected]').first().check()
    await ben.page.locator('#bulk summary').click()
    await check('queue-selected', ben.page)
    await ben.page.goto('/registrations/decisions')
    await check('decisions', ben.page)
  },
)

test('however long the list is, ben decides about several in a bar that stays in sight', async () => {
  for (let number = 10; number < 22; number++) await addWaiting(`in.a.row.${number}@newcomers.test`)
  const ben = await site.open({ viewport: { width: 1280, height: 700 } })
  await ben.signIn('ben')
  await ben.page.goto('/registrations?email=in.a.row')
  await ben.page.locator('[name=selected]').nth(1).check()
  for (const unfolded of [false, true]) {
    if (unfolded) await ben.page.locator('#bulk summary').click()
    const bar = await ben.page.locator('#bulk').boundingBox()
    expect(bar && bar.y + bar.height).toBeLessThanOrEqual(700)
    expect(bar?.y).toBeGreaterThan(0)
  }
  expect(ben.complaints).toEqual([])
  await site.query("DELETE FROM colombier_registrations WHERE email LIKE 'in.a.row%'")
})

test('ben selects all, a run with Shift, or one after the other with the arrows, and the bar counts', async () => {
  for (let number = 10; number < 16; number++) await addWaiting(`in.a.row.${number}@newcomers.test`)
  const ben = await site.open()
  await ben.signIn('ben')
  const { page } = ben
  await page.goto('/registrations?email=in.a.row')
  const boxes = page.getByRole('checkbox', { name: /^Select in/ })
  const bar = page.getByRole('form', { name: 'Selected requests' })
  const ticked = () =>
    boxes.evaluateAll((all) => all.map((box) => ((box as HTMLInputElement).checked ? 'x' : '.')).join(''))

  await boxes.nth(1).click()
  await boxes.nth(3).click({ modifiers: ['Shift'] })
  expect(await ticked()).toBe('.xxx..')
  await bar.getByText('3 selected').waitFor()
  await boxes.nth(2).click({ modifiers: ['Shift'] })
  expect(await ticked()).toBe('.x....')

  await page.keyboard.press('Escape')
  expect(await ticked()).toBe('......')
  await bar.waitFor({ state: 'hidden' })
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Space')
  expect(await ticked()).toBe('.x.x..')
  await bar.getByText('2 selected').waitFor()

  await page.getByRole('link', { name: 'Select all' }).click()
  await bar.getByText('6 selected').waitFor()
  await bar.getByRole('link', { name: 'Clear selection' }).click()
  expect(await ticked()).toBe('......')
  expect(ben.requests.filter((path) => path.includes('all='))).toEqual([])
  expect(ben.complaints).toEqual([])
  await site.query("DELETE FROM colombier_registrations WHERE email LIKE 'in.a.row%'")
})

test('with JavaScript off and by the keyboard alone, ben lets two people in and reads who they are', async () => {
  const emails = ['one@newcomers.test', 'two@newcomers.test']
  for (const email of emails) await addWaiting(email)
  const ben = await site.open({ javaScriptEnabled: false })
  await ben.signIn('ben')
  await ben.page.goto('/registrations')
  for (const email of emails) {
    await ben.page.getByRole('checkbox', { name: `Select ${email}` }).focus()
    await ben.page.keyboard.press('Space')
  }
  await ben.page.keyboard.press('Enter')
  await ben.page.waitForURL('**/registrations')
  await ben.page.getByText('Approved by ben@people.test').nth(1).waitFor()
  await ben.page.getByRole('link', { name: 'Decided' }).click()
  for (const email of emails) await ben.page.getByRole('heading', { name: email }).waitFor()
})

async function addWaiting(email: string): Promise<number> {
  await site.query(
    `INSERT INTO colombier_registrations
       (email, password_hash, reason, language, state, requested_at, expires_at, confirmed_at)
     VALUES (?, 'unused', 'A reason of some length', 'en', 'waiting',
       UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [email],
  )
  await site.query(
    `INSERT INTO colombier_settings (name, value) VALUES ('registrations-mark', '1')
     ON DUPLICATE KEY UPDATE value = CAST(value AS UNSIGNED) + 1`,
  )
  const [row] = await site.query<{ id: number }>('SELECT id FROM colombier_registrations WHERE email = ?', [email])
  return row?.id ?? 0
}
