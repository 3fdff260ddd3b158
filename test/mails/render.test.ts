import { describe, expect, test } from 'vitest'
import { catalogues, LANGUAGES } from '../../src/i18n/languages.ts'
import { renderMail } from '../../src/mails/render.tsx'

const link = { label: 'Sign in <here>', url: 'https://mail-admin.example.org/x?a=1&b=2' }

describe.each(LANGUAGES)('a mail in %s', (language) => {
  const t = catalogues[language]
  const content = { subject: 'Hello\nyou', paragraphs: ['One <b>word</b>.', 'Two.'], link }

  test('says whose it is, leads on by a button without a table, and shows the address of the link', () => {
    const { html, text, subject } = renderMail(t, content)
    expect(subject).toBe('Hello you')
    expect(html).toMatch(/>⌂<.*> Colombier · <span[^>]*>mail-admin\.example\.org</)
    expect(html).not.toMatch(/<table|<img|<style/)
    const [, style = '', label] = /<a href="https:[^"]*" style="([^"]*)">([^<]*)</.exec(html) ?? []
    expect(style).toContain('background-color:#1f6557')
    expect(style).toContain('border:1px solid #1f6557')
    expect(label).toBe('Sign in &lt;here&gt;')
    expect(html).toContain('>https://mail-admin.example.org/x?a=1&amp;b=2<')
    expect(html).not.toContain('<b>')
    for (const part of ['One <b>word</b>.', link.url]) expect(text).toContain(part)
  })

  test('keeps the lines of what somebody wrote', () => {
    const { html, text } = renderMail(t, { ...content, paragraphs: ['Good evening,\n\nit is <locked>.'] })
    expect(html).toContain('>Good evening,<br/><br/>it is &lt;locked&gt;.</p>')
    expect(text).toContain('Good evening,\n\nit is <locked>.')
  })

  test('says at its foot why it came', () => {
    for (const reason of ['account', 'request', 'administrator'] as const) {
      const { html, text } = renderMail(t, { ...content, reason })
      for (const body of [html, text]) expect(body).toContain(t.mails.reasons[reason])
      expect(text.indexOf('\n-- \n')).toBeLessThan(text.indexOf(t.mails.reasons[reason]))
    }
    expect(renderMail(t, content).text).toContain(t.mails.reasons.account)
  })
})
