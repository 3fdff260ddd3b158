import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { isWanted } from '../../account/second-factor.ts'
import { noteEvent } from '../../db/account-events.ts'
import { holdsPassword } from '../../db/accounts.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { createKnownBrowsers } from '../../http/known-browser.ts'
import { attempt, createAccountLimits, tooMany } from '../../http/limits.ts'
import { safePath, withNext } from '../../http/paths.ts'
import { queryText } from '../../http/query.ts'
import { placeOf } from '../../http/request.ts'
import { render, seeOther } from '../../http/render.tsx'
import { hasSessionCookie, startSession, stopSession } from '../../http/session.ts'
import type { Role } from '../../lib/roles.ts'
import { signInForm, type SignInState } from './form.ts'
import { offersPasskeys } from './offers-passkeys.ts'
import { passkeyAlone } from './passkey.tsx'
import { recordSignIn } from './record.ts'
import { secondFactor } from './second-factor.tsx'
import { verifySignIn } from './verify.ts'
import { SignInForm } from './views.tsx'

/** Tells the next page why it is the sign-in page: it says nothing about who signed out. */
const signedOutCookie = 'colombier-signed-out'

export function signIn(deps: Deps) {
  const { config, pool } = deps
  const limitsOf = createAccountLimits(deps)
  const browsers = createKnownBrowsers(config)

  const showSignIn = (
    c: AppContext,
    state: SignInState & { waits?: boolean; why?: 'ended' | 'signedOut' | null },
    status: 200 | 422 | 429 = 200,
  ) => {
    const t = c.get('t')
    const body = <SignInForm t={t} {...state} passkeys={offersPasskeys(config)} />
    return render(c, { title: t.signIn.title, status, body })
  }

  return createRoutes()
    .route('/', secondFactor(deps))
    .route('/', passkeyAlone(deps))

    .get('/sign-in', (c) => {
      const next = safePath(c.req.query('next'), config.origin)
      const account = c.get('account')
      const waiting = c.get('waiting')
      if (account) return seeOther(c, next)
      if (waiting?.lacks === 'code') return seeOther(c, withNext('/sign-in/second-factor', next))
      if (waiting?.lacks === 'enrolment') return seeOther(c, withNext('/security/second-factor', next))

      const why = getCookie(c, signedOutCookie) ? 'signedOut' : hasSessionCookie(c) ? 'ended' : null
      if (why === 'signedOut') deleteCookie(c, signedOutCookie, { path: '/sign-in' })
      // The mail that welcomes somebody leads here with their address.
      const email = queryText(c, 'email')
      return showSignIn(c, { typed: { next, email }, why })
    })

    .post('/sign-in', async (c) => {
      const t = c.get('t')
      const form = await parseForm(c, signInForm)
      const refuse = (status: 422 | 429, errors: { email?: string; password?: string }) =>
        showSignIn(c, { typed: form.typed, errors }, status)
      if (!form.ok) return refuse(422, form.errors)

      const { email, password } = form.value
      const next = safePath(form.value.next, config.origin)
      const place = placeOf(c)
      const { outcome, waitSeconds } = await attempt(
        limitsOf(c, email),
        () => verifySignIn(deps, { email, password }),
        ({ isRight, waits }) => !isRight && !waits,
      )
      if (waitSeconds !== undefined) {
        c.get('security')({ act: 'sign-in', outcome: 'blocked' })
        return refuse(429, { password: tooMany(c, waitSeconds) })
      }
      // The password may have been changed while it was verified, and the sessions ended with it.
      const { isRight, waits, account } = outcome
      if (waits) return showSignIn(c, { typed: form.typed, waits }, 422)
      const isKnownBrowser = browsers.find(c, email) !== null
      const begun = isRight
        ? await startSession(c, deps, account.id, {
            onlyIf: (db) => holdsPassword(db, account.id, account.passwordHash),
            alsoDo: async (db, waits) => {
              if (!waits) await recordSignIn(db, config, { ...account, email }, { place, isKnownBrowser })
            },
          })
        : null
      if (begun === null || account === null) {
        c.get('security')({ act: 'sign-in', outcome: 'refused', account: account?.id })
        // For an address without an account too, so that both take as long.
        await noteEvent(pool, account?.id ?? null, 'signInFailed', place)
        return refuse(422, { password: t.signIn.wrong })
      }
      if (begun.waits) {
        // Whoever gets no further knows the password all the same: its owner can see that.
        c.get('security')({ act: 'sign-in', outcome: 'half', account: account.id })
        await noteEvent(pool, account.id, 'secondStepAsked', place)
        return seeOther(c, withNext('/sign-in/second-factor', next))
      }

      browsers.remember(c, email)
      c.get('security')({ act: 'sign-in', outcome: 'done', account: account.id })
      return seeOther(c, landing(account, next))
    })

    .post('/sign-out', async (c) => {
      c.get('security')({
        act: 'sign-out',
        outcome: 'done',
        account: c.get('account')?.id ?? c.get('waiting')?.account.id,
      })
      await stopSession(c, deps)
      const { secure } = config
      setCookie(c, signedOutCookie, '1', { path: '/sign-in', maxAge: 60, httpOnly: true, sameSite: 'lax', secure })
      return seeOther(c, '/sign-in')
    })

  /** Who will need a second factor is led to where one is added, or put off. */
  function landing(account: { role: Role }, next: string): string {
    return isWanted(config.secondFactor, account) ? withNext('/security/second-factor', next) : next
  }
}
