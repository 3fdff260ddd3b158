import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { requireAccount } from '../../http/guards.ts'
import { createLimit, tooMany } from '../../http/limits.ts'
import { queryText } from '../../http/query.ts'
import { render, seeOther } from '../../http/render.tsx'
import { Outcome } from '../../ui/outcome.tsx'
import { contactForm, type ContactState } from './form.ts'
import { sendToAdmins } from './send.ts'
import { ContactAddress, ContactForm } from './views.tsx'

/** The way to an administrator: as the settings say, else by a form that mails those who look after the domain. */
export function contact(deps: Deps) {
  const { contact: address } = deps.config
  const byAccount = createLimit(deps, 'contact')

  const show = (c: AppContext, state: ContactState, status: 200 | 422 | 429 = 200) =>
    render(c, { title: c.get('t').contact.title, status, body: <ContactForm t={c.get('t')} {...state} /> })

  return createRoutes()
    .get('/contact', (c) => {
      const t = c.get('t')
      if (address?.startsWith('http')) return c.redirect(address, 303)
      if (address) return render(c, { title: t.contact.title, body: <ContactAddress t={t} address={address} /> })

      requireAccount(c)
      return show(c, { typed: { mailbox: queryText(c, 'mailbox') } })
    })

    .post('/contact', async (c) => {
      const account = requireAccount(c)
      const form = await parseForm(c, contactForm)
      if (!form.ok) return show(c, form, 422)

      const waitSeconds = await byAccount.take(String(account.id))
      if (waitSeconds !== null) return show(c, { typed: form.typed, errors: { message: tooMany(c, waitSeconds) } }, 429)
      const count = await sendToAdmins(deps, account, form.value)
      if (count === 0) return show(c, { typed: form.typed, errors: { message: c.get('t').contact.nobody } }, 422)
      return seeOther(c, '/contact/sent')
    })

    .get('/contact/sent', (c) => {
      const { sent, back } = c.get('t').contact
      return render(c, { title: sent.title, body: <Outcome {...sent} link={{ href: '/mailboxes', label: back }} /> })
    })
}
