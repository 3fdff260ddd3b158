import type { Page } from 'playwright-core'

/**
 * What somebody who uses the keyboard, a small window or as little motion as possible would stumble over: what is wider
 * than the window, what shows no focus or has it out of sight, where Tab leads backwards, and what moves though it was
 * asked not to.
 */
export async function stumbles(page: Page): Promise<string[]> {
  // From here on the focus is that of a keyboard.
  await page.keyboard.press('Shift+Tab')
  return page.evaluate(() => {
    const found: string[] = []
    const nameOf = (element: Element) => element.outerHTML.slice(0, 160)
    const tooWide = document.documentElement.scrollWidth - document.documentElement.clientWidth
    if (tooWide > 0) found.push(`wider than the window by ${tooWide} pixels`)

    const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
    const stops = [...document.querySelectorAll<HTMLElement>(controls)].filter(
      (element) =>
        element.tabIndex >= 0 && element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled'),
    )
    const looksOf = (element: Element) => {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = getComputedStyle(element)
      return {
        outline: outlineStyle === 'none' ? '' : `${outlineWidth} ${outlineColor}`,
        rest: boxShadow + borderColor,
      }
    }
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    const quiets = stops.map(looksOf)
    // As after Tab from the top of the page.
    stops[0]?.focus()
    let before: DOMRect | null = null
    for (const [index, stop] of stops.entries()) {
      stop.focus()
      const [quiet, focused] = [quiets[index], looksOf(stop)]
      if (focused.outline === quiet?.outline && focused.rest === quiet.rest)
        found.push(`shows no focus: ${nameOf(stop)}`)

      const box = stop.getClientRects()[0]
      if (box === undefined) continue
      const seen = [0.1, 0.5, 0.9].some((x) =>
        [0.1, 0.5, 0.9].some((y) => {
          const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y)
          return top !== null && (stop.contains(top) || top.closest('label')?.contains(stop) === true)
        }),
      )
      if (!seen) found.push(`out of sight: ${nameOf(stop)}`)
      // Where the style says that Tab follows what is seen, the order of the document is not the one that counts.
      const header = stop.closest('header')
      if (header && getComputedStyle(header).getPropertyValue('reading-flow') === 'flex-visual') continue
      const here = stop.getBoundingClientRect()
      const at = new DOMRect(here.x + scrollX, here.y + scrollY, here.width, here.height)
      if (before && at.bottom <= before.top && at.left <= before.left)
        found.push(`comes after what is below: ${nameOf(stop)}`)
      before = at
    }

    const seconds = (list: string) =>
      Math.max(...list.split(',').map((one) => parseFloat(one) * (one.includes('ms') ? 0.001 : 1)))
    for (const element of document.querySelectorAll('*')) {
      for (const part of [undefined, '::before', '::after']) {
        const { animationName, animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(element, part)
        const moves =
          (animationName !== 'none' && seconds(animationDuration) > 0.01) || seconds(transitionDuration) > 0.01
        if (moves || scrollBehavior === 'smooth') found.push(`moves${part ?? ''}: ${nameOf(element)}`)
      }
    }
    return found
  })
}
