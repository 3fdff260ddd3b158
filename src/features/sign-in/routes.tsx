import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { createRoutes, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { createKnownBrowsers } from '../../http/known-browser.ts'
import { attempt, createAccountPasswordLimits, tooMany } from '../../http/limits.ts'
import { queryText } from '../../http/query.ts'
import { render, seeOther } from '../../http/render.tsx'
import { hasSessionCookie, startSession, stopSession } from '../../http/session.ts'
import { signInForm } from './form.ts'
import { recordSignIn } from './record.ts'
import { verifySignIn } from './verify.ts'
import { SignInForm } from './views.tsx'
import { safePath } from '../../http/paths.ts'

/** Tells the next page why it is the sign-in page: it says nothing about who signed out. */
const signedOutCookie = 'colombier-signed-out'

export function signIn(deps: Deps) {
  const { config } = deps
  const limitsOf = createAccountPasswordLimits(deps)
  const browsers = createKnownBrowsers(config)

  return createRoutes()
    .get('/sign-in', (c) => {
      const next = safePath(c.req.query('next'), config.origin)
      const { account, t } = c.var
      if (account) return seeOther(c, next)

      const why = getCookie(c, signedOutCookie) ? 'signedOut' : hasSessionCookie(c) ? 'ended' : null
      if (why === 'signedOut') deleteCookie(c, signedOutCookie, { path: '/sign-in' })
      // The mail that welcomes somebody leads here with their address.
      const email = queryText(c, 'email')
      return render(c, { title: t.signIn.title, body: <SignInForm t={t} typed={{ next, email }} why={why} /> })
    })

    .post('/sign-in', async (c) => {
      const { t } = c.var
      const form = await parseForm(c, signInForm)
      const refuse = (status: 422 | 429, errors: { email?: string; password?: string }) =>
        render(c, { title: t.signIn.title, status, body: <SignInForm t={t} typed={form.typed} errors={errors} /> })
      if (!form.ok) return refuse(422, form.errors)

      const { email, password, next } = form.value
      const { outcome, waitSeconds } = await attempt(
        limitsOf(c, email),
        () => verifySignIn(deps, { email, password }),
        ({ isRight, waits }) => !isRight && !waits,
      )
      if (waitSeconds !== undefined) {
        c.var.security({ act: 'sign-in', outcome: 'blocked' })
        return refuse(429, { password: tooMany(c, waitSeconds) })
      }
      // The password may have been changed while it was verified, and the sessions ended with it.
      const { isRight, waits, account } = outcome
      if (waits)
        return render(c, { title: t.signIn.title, status: 422, body: <SignInForm t={t} typed={form.typed} waits /> })
      const begun =
        isRight &&
        (await startSession(c, deps, account.id, {
          passwordHash: account.passwordHash,
          alsoDo: (db) => recordSignIn(db, { ...account, email, network: c.var.network }),
        }))
      if (!begun) {
        c.var.security({ act: 'sign-in', outcome: 'refused', account: account?.id })
        return refuse(422, { password: t.signIn.wrong })
      }
      browsers.remember(c, email)
      c.var.security({ act: 'sign-in', outcome: 'done', account: account.id })
      return seeOther(c, safePath(next, config.origin))
    })

    .post('/sign-out', async (c) => {
      c.var.security({ act: 'sign-out', outcome: 'done' })
      await stopSession(c, deps)
      const { secure } = config
      setCookie(c, signedOutCookie, '1', { path: '/sign-in', maxAge: 60, httpOnly: true, sameSite: 'lax', secure })
      return seeOther(c, '/sign-in')
    })
}
