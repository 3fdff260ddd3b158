import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Messages } from '../../src/i18n/languages.ts'

type Place = Page | Locator

/** What repeats in each row of a list has the row's address after its own name. */
const named = (within: Place, role: 'button' | 'link', name: string): Locator =>
  within
    .getByRole(role, { name, exact: true })
    .or(within.getByRole(role, { name: new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}: `) }))

/**
 * Somebody on a page, who knows things by their names in their own language, and who has a mouse or only a keyboard.
 * With the keyboard alone everything is reached by Tab, and each stop on the way must show that it has the focus.
 */
export class Visit {
  readonly page: Page
  readonly t: Messages
  readonly #keyboardOnly: boolean

  constructor(page: Page, t: Messages, keyboardOnly: boolean) {
    this.page = page
    this.t = t
    this.#keyboardOnly = keyboardOnly
  }

  async fill(label: string, text: string, within: Place = this.page): Promise<void> {
    // A link may be called as the field is that it brings.
    const field = within.getByLabel(label, { exact: true }).and(this.page.locator('input, textarea')).first()
    if (!this.#keyboardOnly) return field.fill(text)
    await this.#reach(field)
    await this.page.keyboard.press('Control+A')
    await this.page.keyboard.type(text)
  }

  async choose(label: string, option: string, within: Place = this.page): Promise<void> {
    const field = within.getByLabel(label, { exact: true })
    if (!this.#keyboardOnly) await field.selectOption(option)
    else {
      await this.#reach(field)
      await this.page.keyboard.type(option)
    }
  }

  press = (name: string, within: Place = this.page) => this.#act(named(within, 'button', name), 'Enter')

  follow = (name: string, within: Place = this.page) => this.#act(named(within, 'link', name), 'Enter')

  /** The actions of a row, which its address tells from the others. */
  openMenu = (address: string) => this.#act(this.page.locator(`summary[aria-label$=": ${address}"]`), 'Enter')

  unfold = (name: string, within: Place = this.page) =>
    this.#act(within.locator('summary', { has: this.page.getByRole('heading', { name }) }), 'Enter')

  tick = (name: string, within: Place = this.page) =>
    this.#act(within.getByRole('checkbox', { name, exact: true }), 'Space')

  async sees(text: string | RegExp, within: Place = this.page): Promise<void> {
    await within.getByText(text).first().waitFor()
  }

  async #act(control: Locator, key: string): Promise<void> {
    if (!this.#keyboardOnly) return control.click()
    await this.#reach(control)
    await this.page.keyboard.press(key)
  }

  async #reach(control: Locator): Promise<void> {
    await control.waitFor()
    for (let stops = 0; stops < 100; stops++) {
      const { arrived, visible, name } = await control.evaluate((wanted) => {
        const active = document.activeElement ?? document.body
        const { outlineStyle, outlineWidth } = getComputedStyle(active)
        const visible = active === document.body || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2)
        return { arrived: active === wanted, visible, name: active.outerHTML.slice(0, 120) }
      })
      // Content that was swapped in has the focus as a whole, and shows what is new by itself.
      expect(visible || name.includes('tabindex="-1"'), `the focus shows at ${name}`).toBe(true)
      if (arrived) return
      await this.page.keyboard.press('Tab')
    }
    throw new Error(`Tab does not lead to ${control.toString()}`)
  }
}
