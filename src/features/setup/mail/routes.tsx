import { createRoutes } from '../../../http/context.ts'
import { parseForm } from '../../../http/form.ts'
import { seeOther } from '../../../http/render.tsx'
import type { SetupDeps } from '../context.ts'
import { keepInDraft, readDraft, type Draft } from '../draft.ts'
import { renderStep } from '../render-step.tsx'
import { pathAfter } from '../steps.ts'
import { mailForm, programsForm } from './form.ts'
import { sendTest } from './send-test.ts'
import { parseSmtpUrl, toSmtpUrl, type SmtpParts } from './smtp-url.ts'
import { MailForm } from './views.tsx'

const clientVariables = {
  clientImap: 'MAIL_CLIENT_IMAP',
  clientSmtp: 'MAIL_CLIENT_SMTP',
  clientWebmail: 'MAIL_CLIENT_WEBMAIL',
} as const
type ClientFields = Record<keyof typeof clientVariables, string>
const clientFields = Object.keys(clientVariables) as (keyof ClientFields)[]

const toVariables = (fields: ClientFields) =>
  Object.fromEntries(clientFields.map((field) => [clientVariables[field], fields[field]]))

/** The mail server that takes what Colombier sends, and a mail to try it. */
export function mail(deps: SetupDeps) {
  const current = ({ mail }: Draft) => {
    const set = deps.settings.read()
    return { smtpUrl: mail?.smtpUrl ?? set['SMTP_URL'] ?? '', from: mail?.from ?? set['MAIL_FROM'] ?? '' }
  }

  const currentClient = ({ programs }: Draft) => {
    const set: Record<string, string | undefined> = { ...deps.settings.read(), ...programs }
    return Object.fromEntries(clientFields.map((field) => [field, set[clientVariables[field]] ?? ''])) as ClientFields
  }

  return createRoutes()
    .get('/', async (c) => {
      const draft = await readDraft(deps)
      const { smtpUrl, from } = current(draft)
      const parts = parseSmtpUrl(smtpUrl)
      const typed = { ...(parts && shown(parts)), from, ...currentClient(draft) }
      return renderStep(
        c,
        'mail',
        draft,
        <MailForm t={c.get('t')} typed={typed} kept={parts?.password !== undefined && parts.password !== ''} />,
      )
    })

    .post('/', async (c) => {
      const t = c.get('t')
      const draft = await readDraft(deps)
      const known = parseSmtpUrl(current(draft).smtpUrl)
      const form = await parseForm(c, mailForm)
      if (!form.ok) return renderStep(c, 'mail', draft, <MailForm t={t} {...form} />, 422)

      if (form.value.scheme === 'plain' && form.value.user !== '') {
        const errors = { user: t.setup.mail.userInClear }
        return renderStep(c, 'mail', draft, <MailForm t={t} errors={errors} typed={form.typed} />, 422)
      }

      const { action, from, clientImap, clientSmtp, clientWebmail, ...typed } = form.value
      // A password that is known already goes to the server and for the user that it is for, and nowhere else.
      const same = known !== null && known.host === typed.host && known.user === typed.user
      const password = typed.password === '' && same ? known.password : typed.password
      const smtpUrl = toSmtpUrl({ ...typed, password, query: same ? known.query : '' })

      const programs = toVariables({ clientImap, clientSmtp, clientWebmail })
      const entered = await keepInDraft(deps, { mail: { smtpUrl, from }, programs })
      if (action === 'save') return seeOther(c, pathAfter('mail'))

      const kept = password !== ''
      const to = draft.admin?.email
      if (to === undefined)
        return renderStep(c, 'mail', entered, <MailForm t={t} typed={form.typed} kept={kept} noRecipient />, 422)
      const test = await sendTest(t, { smtpUrl, from, to })
      // Whoever continues all the same has seen what the server said.
      const tested = test.sent ? entered : await keepInDraft(deps, { mail: { smtpUrl, from, untaken: true } })
      const status = test.sent ? 200 : 422
      return renderStep(
        c,
        'mail',
        tested,
        <MailForm t={t} typed={form.typed} kept={kept} to={to} test={test} />,
        status,
      )
    })

    .post('/omission', async (c) => {
      const form = await parseForm(c, programsForm)
      if (!form.ok) return renderStep(c, 'mail', await readDraft(deps), <MailForm t={c.get('t')} {...form} />, 422)

      await keepInDraft(deps, { mail: { smtpUrl: '', from: '' }, programs: toVariables(form.value) })
      return seeOther(c, pathAfter('mail'))
    })
}

const shown = ({ scheme, host, port, user }: SmtpParts) => ({ scheme, host, port, user })
