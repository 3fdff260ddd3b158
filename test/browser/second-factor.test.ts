import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { catalogues } from '../../src/i18n/languages.ts'
import { CAST, PASSWORD } from '../support/app.ts'
import { overflow, SIZES, startSite, violations, type Site } from '../support/chromium.ts'
import { backupCodesOn, codeOf, earlyInPeriod, forgetSecondFactors } from '../support/second-factor.ts'
import { Visit } from '../support/visit.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ host: 'localhost' })
})
afterAll(() => site.stop())
beforeEach(() => forgetSecondFactors(site))

const ways = [
  { size: 'desktop', language: 'en', keyboardOnly: false, javaScriptEnabled: true },
  { size: 'phone', language: 'fr', keyboardOnly: true, javaScriptEnabled: true },
  { size: 'phone', language: 'en', keyboardOnly: false, javaScriptEnabled: false },
] as const

/** ada's window, in which nobody has signed in. */
async function open({ size, language, keyboardOnly, javaScriptEnabled }: (typeof ways)[number]) {
  const { page, expected } = await site.open({ viewport: SIZES[size], locale: language, javaScriptEnabled })
  const ada = new Visit(page, catalogues[language], keyboardOnly)
  // What is answered where the password is asked for again.
  expected.add(401)
  const { t } = ada
  const main = page.getByRole('main')
  return {
    ada,
    page,
    t,
    givePassword: async () => {
      await page.goto('/sign-in')
      await ada.fill(t.signIn.email, CAST.ada.email)
      await ada.fill(t.signIn.password, PASSWORD)
      await ada.press(t.signIn.submit, main)
    },
    signOut: async () => {
      await ada.press(t.common.signOut)
      await page.waitForURL('**/sign-in')
    },
  }
}

/** A device with passkeys, whose owner agrees at once to whatever a page asks, or waits. */
async function addDevice(page: Page) {
  const device = await page.context().newCDPSession(page)
  await device.send('WebAuthn.enable')
  const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const agrees = (enabled: boolean) =>
    device.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
  return { device, authenticatorId, agrees }
}

/** axe needs scripts, and finds the same without. */
async function expectNoBarrier(page: Page, way: (typeof ways)[number]): Promise<void> {
  expect(await overflow(page).catch(() => 0)).toBeLessThanOrEqual(0)
  if (way.javaScriptEnabled) expect(await violations(page)).toEqual([])
}

describe.each(ways)('on a $size, in $language, keyboard only: $keyboardOnly, scripts: $javaScriptEnabled', (way) => {
  test('ada adds an authenticator app, and signs in with a code and with a backup code', async () => {
    const { ada, page, t, givePassword, signOut } = await open(way)
    await givePassword()
    await page.waitForURL('**/mailboxes')
    await page.goto('/security')
    await expectNoBarrier(page, way)
    await ada.press(t.secondFactor.addApp)
    await ada.sees(t.secondFactor.enrolment.scan)
    await expectNoBarrier(page, way)
    const key = ((await page.locator('code.value').textContent()) ?? '').replaceAll(' ', '')
    await earlyInPeriod()
    await ada.fill(t.secondFactor.code, codeOf(key, -1))
    await ada.press(t.secondFactor.enrolment.submit)
    await ada.sees(t.secondFactor.codes.intro)
    await expectNoBarrier(page, way)
    const [backupCode = ''] = backupCodesOn(await page.content())
    await ada.follow(t.secondFactor.codes.goOn)
    await page.waitForURL('**/mailboxes')

    await signOut()
    await givePassword()
    await ada.sees(t.secondFactor.codeIntro)
    await expectNoBarrier(page, way)
    await ada.fill(t.secondFactor.code, '000000')
    await ada.press(t.signIn.submit, page.getByRole('main'))
    await ada.sees(t.secondFactor.wrong)
    await ada.fill(t.secondFactor.code, codeOf(key))
    await ada.press(t.signIn.submit, page.getByRole('main'))
    await page.waitForURL('**/mailboxes')

    await signOut()
    await givePassword()
    await ada.follow(t.secondFactor.useBackupCode)
    await ada.fill(t.secondFactor.backupCode, backupCode)
    await ada.press(t.signIn.submit, page.getByRole('main'))
    await page.waitForURL('**/mailboxes')
  })

  test('dora is asked for her password again, and the rights change as she wanted', async () => {
    const { ada: dora, page, t } = await open(way)
    await page.goto('/sign-in')
    await dora.fill(t.signIn.email, CAST.dora.email)
    await dora.fill(t.signIn.password, PASSWORD)
    await dora.press(t.signIn.submit, page.getByRole('main'))
    await page.waitForURL('**/mailboxes')
    await site.query('UPDATE colombier_sessions SET proven_at = NULL')
    await page.goto('/accounts?q=cleo')
    await dora.openMenu(CAST.cleo.email)
    await dora.follow(t.accounts.editOf(CAST.cleo.email))
    await dora.fill(t.accounts.limit, '9')
    await dora.press(t.accounts.save)
    await dora.sees(t.proof.intro)
    await expectNoBarrier(page, way)
    await dora.fill(t.profile.current, PASSWORD)
    await dora.press(t.proof.submit)
    await dora.sees(t.accounts.ofLimit('0', 9))
    await site.query('UPDATE colombier_accounts SET mailbox_limit = NULL')
  })
})

describe.each(ways.filter(({ javaScriptEnabled }) => javaScriptEnabled))('on a $size, in $language', (way) => {
  test('ada adds a passkey, signs in with it alone, after her password, and proves with it that it is her', async () => {
    const { ada, page, t, givePassword, signOut } = await open(way)
    const device = await addDevice(page)
    await givePassword()
    await page.waitForURL('**/mailboxes')
    await page.goto('/security')
    await expectNoBarrier(page, way)
    await ada.fill(t.passkeys.name, 'the device of this test')
    await ada.press(t.passkeys.add)
    await ada.sees(t.secondFactor.codes.intro)
    await page.goto('/security')
    await ada.sees('the device of this test')

    await device.agrees(false)
    await signOut()
    await page.goto('/sign-in/passkey')
    await expectNoBarrier(page, way)
    await device.agrees(true)
    await ada.press(t.passkeys.signIn)
    await page.waitForURL('**/mailboxes')

    await device.agrees(false)
    await signOut()
    await expectNoBarrier(page, way)
    await givePassword()
    await ada.sees(t.secondFactor.backupIntro)
    await expectNoBarrier(page, way)
    await device.agrees(true)
    await ada.press(t.passkeys.use)
    await page.waitForURL('**/mailboxes')

    await site.query('UPDATE colombier_sessions SET proven_at = NULL')
    await page.goto('/security')
    await ada.press(t.secondFactor.renewCodes)
    await ada.sees(t.proof.intro)
    await ada.press(t.passkeys.use)
    await ada.sees(t.secondFactor.codes.intro)
  })

  test('a browser in which she has never signed in offers the passkey in the field of the address', async () => {
    const { ada, page, t, givePassword } = await open(way)
    const { device, authenticatorId } = await addDevice(page)
    await givePassword()
    await page.waitForURL('**/mailboxes')
    await page.goto('/security')
    await ada.press(t.passkeys.add)
    await ada.sees(t.secondFactor.codes.intro)
    const { page: elsewhere } = await open(way)
    const other = await addDevice(elsewhere)
    const { credentials } = await device.send('WebAuthn.getCredentials', { authenticatorId })
    for (const credential of credentials)
      await other.device.send('WebAuthn.addCredential', { authenticatorId: other.authenticatorId, credential })
    // The owner of this device is quicker than any hand: what is offered is taken.
    await elsewhere.goto('/sign-in')
    await elsewhere.waitForURL('**/mailboxes')
    const used = await site.query('SELECT id FROM colombier_passkeys WHERE last_used_at IS NOT NULL')
    expect(used).toHaveLength(1)
  })
})
