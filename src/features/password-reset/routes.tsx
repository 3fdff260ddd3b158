import { findLink } from '../../db/links.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { allErrors, ownAddressFault, parseForm, postedToken } from '../../http/form.ts'
import { createKnownBrowsers } from '../../http/known-browser.ts'
import { createLimit, tooMany } from '../../http/limits.ts'
import { placeOf } from '../../http/request.ts'
import { render, seeOther } from '../../http/render.tsx'
import { Outcome } from '../../ui/outcome.tsx'
import { requestForm, resetForm, type RequestState, type ResetState } from './form.ts'
import { requestReset } from './request.ts'
import { resetPassword } from './reset.ts'
import { RequestForm, ResetForm } from './views.tsx'

/** For people who forgot the password of their account. Nobody can reset a mailbox's password. */
export function passwordReset(deps: Deps) {
  const { config, pool } = deps
  const byAddress = createLimit(deps, 'reset-address')
  const byNetwork = createLimit(deps, 'reset-network')
  const byBrowser = createLimit(deps, 'reset-browser')
  const browsers = createKnownBrowsers(config)

  const showRequest = (c: AppContext, status: 200 | 422 | 429 = 200, state: RequestState = {}) =>
    render(c, { title: c.get('t').passwordReset.title, status, body: <RequestForm t={c.get('t')} {...state} /> })
  const showGone = (c: AppContext) => {
    const { gone, again } = c.get('t').passwordReset
    const body = <Outcome {...gone} link={{ href: '/password-reset', label: again }} />
    return render(c, { title: gone.title, status: 410, body })
  }
  const showUsed = (c: AppContext) => {
    const t = c.get('t')
    const body = <Outcome {...t.passwordReset.used} link={{ href: '/sign-in', label: t.signIn.submit }} />
    return render(c, { title: t.passwordReset.used.title, body })
  }
  const showReset = async (c: AppContext, token: string, status: 200 | 422 = 200, state: ResetState = {}) => {
    const t = c.get('t')
    const link = await findLink(pool, token, 'password_reset')
    if (link === null) return showGone(c)
    if (link.used) return showUsed(c)
    const body = <ResetForm t={t} token={token} email={link.email} {...state} />
    return render(c, { title: t.passwordReset.title, status, body })
  }

  return (
    createRoutes()
      .get('/password-reset', (c) => showRequest(c))

      .post('/password-reset', async (c) => {
        const form = await parseForm(c, requestForm)
        if (!form.ok) return showRequest(c, 422, form)

        const { email } = form.value
        // Each request counts, whether there is such an account or not.
        const browser = browsers.find(c, email)
        const blockedSeconds =
          browser === null
            ? ((await byNetwork.take(c.get('network'))) ?? (await byAddress.take(email)))
            : await byBrowser.take(browser)
        if (blockedSeconds !== null)
          return showRequest(c, 429, { typed: form.typed, errors: { email: tooMany(c, blockedSeconds) } })
        await requestReset(deps, email)
        return seeOther(c, '/password-reset/sent')
      })

      .get('/password-reset/sent', (c) => {
        const { title, text } = c.get('t').passwordReset.sent(config.accountLinkMinutes)
        return render(c, { title, body: <Outcome title={title} text={text} /> })
      })

      // Mail scanners open every link: nothing changes before the form is sent.
      .get('/password-reset/new', (c) => showReset(c, c.req.query('token') ?? ''))

      .post('/password-reset/new', async (c) => {
        const form = await parseForm(c, resetForm)
        const token = await postedToken(c)
        if (!form.ok && form.suggested !== undefined) return showReset(c, token, 200, form)

        const link = await findLink(pool, token, 'password_reset')
        const address = link && !link.used ? link.email : undefined
        const errors = allErrors(resetForm, form, {
          password: ownAddressFault(c.get('t'), form.valid.password, address),
        })
        if (errors !== null || !form.ok) return showReset(c, token, 422, { errors: errors ?? {} })

        const { password } = form.value
        const outcome = await resetPassword(deps, { token, password, place: placeOf(c) })
        if (outcome === null) return showGone(c)
        return outcome.done ? seeOther(c, '/password-reset/done') : showUsed(c)
      })

      .get('/password-reset/done', (c) => {
        const t = c.get('t')
        const link = { href: '/sign-in', label: t.signIn.submit }
        return render(c, {
          title: t.passwordReset.done.title,
          body: <Outcome {...t.passwordReset.done} link={link} />,
        })
      })
  )
}
