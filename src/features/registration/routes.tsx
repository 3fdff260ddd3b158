import { findLinked } from '../../db/registrations.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { allErrors, ownAddressFault, parseForm, postedToken } from '../../http/form.ts'
import { createLimit, tooMany } from '../../http/limits.ts'
import { render, seeOther } from '../../http/render.tsx'
import { createSignedTime } from '../../lib/signed-time.ts'
import { Outcome } from '../../ui/outcome.tsx'
import { confirm } from './confirm.ts'
import { confirmationForm, registrationForm, type ConfirmationState, type RegistrationState } from './form.ts'
import { judgePace } from './pace.ts'
import { hashToken } from '../../lib/token.ts'
import { register } from './register.ts'
import { Confirmation, RegistrationForm } from './views.tsx'
import { readTimeMs } from '../../db/clock.ts'

export function registration(deps: Deps) {
  const { config, pool } = deps
  const { registration: settings } = config
  const byNetwork = createLimit(deps, 'registration-network')
  const mailsToAddress = createLimit(deps, 'registration-address')
  const signedTime = createSignedTime(config.sessionSecrets, 'registration form')

  const showOutcome = (c: AppContext, is: 'done' | 'already' | 'account' | 'gone') => {
    const t = c.get('t')
    const words = t.registration.confirmation[is]
    // Whose request waits cannot sign in yet.
    const links = {
      gone: { href: '/registration', label: t.registration.confirmation.again },
      account: { href: '/sign-in', label: t.signIn.submit },
    }
    const link = is === 'gone' || is === 'account' ? links[is] : null
    return render(c, {
      title: words.title,
      status: is === 'gone' ? 410 : 200,
      body: <Outcome {...words} {...(link && { link })} />,
    })
  }

  const showConfirmation = async (c: AppContext, token: string, state: ConfirmationState = {}, status?: 200 | 422) => {
    const t = c.get('t')
    const found = await findLinked(pool, hashToken(token))
    if (found === null) return showOutcome(c, 'gone')
    if (found.confirmed) return showOutcome(c, 'already')
    return render(c, {
      title: t.registration.confirmation.title,
      status: status ?? 200,
      body: <Confirmation t={t} token={token} {...found} {...state} />,
    })
  }

  return (
    createRoutes()
      .get('/registration', async (c) => {
        if (c.get('account')) return seeOther(c, '/')

        const t = c.get('t')
        const opened = signedTime.sign(await readTimeMs(pool))
        return render(c, { title: t.registration.title, body: <RegistrationForm t={t} opened={opened} /> })
      })

      .post('/registration', async (c) => {
        const t = c.get('t')
        const language = c.get('language')
        const network = c.get('network')
        const form = await parseForm(c, registrationForm)
        const nowMs = await readTimeMs(pool)
        const given = form.typed.opened ?? ''
        const pace = judgePace(signedTime, { opened: given, nowMs, minSeconds: settings.minSeconds })
        const opened = pace === 'expired' ? signedTime.sign(nowMs) : given
        const refuse = (status: 422 | 429, state: RegistrationState, problem?: string) =>
          render(c, {
            title: t.registration.title,
            status,
            body: <RegistrationForm t={t} opened={opened} problem={problem} {...state} />,
          })
        if (!form.ok) return refuse(422, form)
        if (pace === 'too_fast') return refuse(422, { typed: form.typed }, t.registration.tooFast)
        if (pace === 'expired') return refuse(422, { typed: form.typed }, t.registration.formExpired)

        const blockedSeconds = await byNetwork.take(network)
        if (blockedSeconds !== null) return refuse(429, { typed: form.typed }, tooMany(c, blockedSeconds))
        const { email, reason, remarks } = form.value
        await register(deps, mailsToAddress, { email, reason, language, trapped: remarks !== '' })
        return seeOther(c, '/registration/sent')
      })

      .get('/registration/sent', (c) => {
        const { title, text, hint } = c.get('t').registration.sent
        return render(c, { title, body: <Outcome title={title} text={text} hint={hint(settings.confirmationHours)} /> })
      })

      // Mail scanners open every link: nothing is confirmed before the button is pressed.
      .get('/registration/confirmation', (c) => showConfirmation(c, c.req.query('token') ?? ''))

      .post('/registration/confirmation', async (c) => {
        const token = await postedToken(c)
        const form = await parseForm(c, confirmationForm)
        if (!form.ok && form.suggested !== undefined) return showConfirmation(c, token, form)

        // Hashing is expensive: only for those who have a link.
        const found = await findLinked(pool, hashToken(token))
        const fault = ownAddressFault(c.get('t'), form.valid.password, found?.email)
        const errors = allErrors(confirmationForm, form, { password: fault })
        if (errors !== null || !form.ok || !found || found.confirmed)
          return showConfirmation(c, token, errors ? { errors } : {}, 422)
        const outcome = await confirm(deps, hashToken(token), form.value.password)
        if (outcome === null) return showOutcome(c, 'gone')
        if (outcome.refused === 'already') return showOutcome(c, 'already')
        return seeOther(c, outcome.done ? '/registration/confirmed' : '/registration/known')
      })

      .get('/registration/confirmed', (c) => showOutcome(c, 'done'))

      .get('/registration/known', (c) => showOutcome(c, 'account'))
  )
}
