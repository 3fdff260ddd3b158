import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { HTTPException } from 'hono/http-exception'
import { askForPasskey, readPasskey } from '../../account/passkeys.ts'
import { isWanted, useCode } from '../../account/second-factor.ts'
import { tell } from '../../account/tell.ts'
import { noteEvent } from '../../db/account-events.ts'
import { findSignInAccount, holdActiveAccount, holdsPassword } from '../../db/accounts.ts'
import { record } from '../../db/audit.ts'
import { usePasskey } from '../../db/passkeys.ts'
import { readSecondFactors } from '../../db/second-factors.ts'
import { holdSession } from '../../db/sessions.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { createKnownBrowsers } from '../../http/known-browser.ts'
import { attempt, createAccountLimits, createLimit, tooMany } from '../../http/limits.ts'
import { safePath, withNext } from '../../http/paths.ts'
import { queryText } from '../../http/query.ts'
import { placeOf } from '../../http/request.ts'
import { render, seeOther } from '../../http/render.tsx'
import { hasSessionCookie, startSession, stopSession } from '../../http/session.ts'
import type { Role } from '../../lib/roles.ts'
import { codeForm, passkeyForm, signInForm, type CodeState, type SignInState } from './form.ts'
import { recordSignIn } from './record.ts'
import { verifySignIn } from './verify.ts'
import { CodeForm, PasskeyPage, SignInForm } from './views.tsx'

/** Tells the next page why it is the sign-in page: it says nothing about who signed out. */
const signedOutCookie = 'colombier-signed-out'

export function signIn(deps: Deps) {
  const { config, pool } = deps
  const limitsOf = createAccountLimits(deps)
  const codeLimitsOf = createAccountLimits(deps, 'second-factor')
  const browsers = createKnownBrowsers(config)
  const challenges = createLimit(deps, 'passkey-challenge')
  const offersPasskeys = config.passkeyHost !== null && config.secondFactor.policy !== 'off'

  const showSignIn = (
    c: AppContext,
    state: SignInState & { waits?: boolean; why?: 'ended' | 'signedOut' | null },
    status: 200 | 422 | 429 = 200,
  ) => {
    const { t } = c.var
    // The script for it is loaded where it is of use: others find passkeys a page further.
    const passkeys = offersPasskeys ? (browsers.isKnown(c) ? 'here' : 'there') : 'no'
    return render(c, { title: t.signIn.title, status, body: <SignInForm t={t} {...state} passkeys={passkeys} /> })
  }
  const showPasskeyPage = (c: AppContext, next: string, error?: string) => {
    const { t } = c.var
    const body = <PasskeyPage t={t} next={next} error={error} />
    return render(c, { title: t.passkeys.signIn, status: error === undefined ? 200 : 422, body })
  }
  /** Nothing but the code is asked for, or the passkey: it is for who has given the password. */
  const showCodeForm = async (
    c: AppContext,
    account: { id: number; email: string },
    state: Pick<CodeState, 'typed'> & { errors?: { code?: string; credential?: string } },
    status: 200 | 422 | 429 = 200,
  ) => {
    const { t } = c.var
    const { totp, passkeys } = await readSecondFactors(pool, account.id)
    const shown = {
      email: account.email,
      hasApp: totp !== null,
      hasPasskeys: passkeys.length > 0 && config.passkeyHost !== null,
      backup: totp === null || queryText(c, 'with') === 'backup-code',
    }
    return render(c, { title: t.secondFactor.title, status, body: <CodeForm t={t} {...state} {...shown} /> })
  }

  return createRoutes()
    .get('/sign-in', (c) => {
      const next = safePath(c.req.query('next'), config.origin)
      const { account, waiting } = c.var
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
      const { t } = c.var
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
        c.var.security({ act: 'sign-in', outcome: 'blocked' })
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
        c.var.security({ act: 'sign-in', outcome: 'refused', account: account?.id })
        // For an address without an account too, so that both take as long.
        await noteEvent(pool, account?.id ?? null, 'signInFailed', place)
        return refuse(422, { password: t.signIn.wrong })
      }
      if (begun.waits) return seeOther(c, withNext('/sign-in/second-factor', next))

      browsers.remember(c, email)
      c.var.security({ act: 'sign-in', outcome: 'done', account: account.id })
      return seeOther(c, landing(account, next))
    })

    .get('/sign-in/second-factor', (c) => {
      const next = safePath(c.req.query('next'), config.origin)
      if (c.var.waiting?.lacks !== 'code') return seeOther(c, withNext('/sign-in', next))
      return showCodeForm(c, c.var.waiting.account, { typed: { next } })
    })

    .post('/sign-in/second-factor', async (c) => {
      const { t, waiting } = c.var
      const form = await parseForm(c, codeForm)
      // It took too long, or it was done in another tab.
      if (waiting?.lacks !== 'code') return seeOther(c, withNext('/sign-in', form.typed.next ?? '/'))
      if (!form.ok) return showCodeForm(c, waiting.account, { typed: form.typed, errors: form.errors }, 422)

      const { account, sessionHash } = waiting
      const { id, email } = account
      const { code, next } = form.value
      const place = placeOf(c)
      const { outcome: begun, waitSeconds } = await attempt(
        codeLimitsOf(c, email),
        () => {
          let used: Awaited<ReturnType<typeof useCode>> = null
          return startSession(c, deps, id, {
            isFactorShown: true,
            onlyIf: async (db) => {
              if (!(await holdActiveAccount(db, id)) || !(await holdSession(db, sessionHash, id))) return false
              used = await useCode(db, config, id, code)
              return used !== null
            },
            alsoDo: async (db) => {
              await recordSignIn(db, config, account, { place, isKnownBrowser: browsers.find(c, email) !== null })
              if (used !== 'backup_code') return
              const actor = { id, email, network: place.network }
              await record(db, { action: 'account.backup_code_used', actor, subject: email })
              await tell(db, config, account, 'backupCodeUsed', place)
            },
          })
        },
        (begun) => begun === null,
      )
      const refuse = (status: 422 | 429, error: string) =>
        showCodeForm(c, account, { typed: form.typed, errors: { code: error } }, status)
      if (waitSeconds !== undefined) {
        c.var.security({ act: 'second factor', outcome: 'blocked', account: id })
        return refuse(429, tooMany(c, waitSeconds))
      }
      if (begun === null) {
        c.var.security({ act: 'second factor', outcome: 'refused', account: id })
        await noteEvent(pool, id, 'codeFailed', place)
        return refuse(422, t.secondFactor.wrong)
      }
      browsers.remember(c, email)
      c.var.security({ act: 'sign-in', outcome: 'done', account: id })
      return seeOther(c, safePath(next, config.origin))
    })

    .post('/sign-in/second-factor/challenge', async (c) => {
      const { waiting } = c.var
      if (waiting?.lacks !== 'code') throw new HTTPException(404)
      const { account, sessionHash } = waiting
      const asked = { purpose: 'second_factor', session: sessionHash, accountId: account.id } as const
      return c.json(await askForPasskey(deps, asked))
    })

    .post('/sign-in/second-factor/passkey', async (c) => {
      const { t, waiting } = c.var
      const form = await parseForm(c, passkeyForm)
      const next = safePath(form.typed.next, config.origin)
      if (waiting?.lacks !== 'code') return seeOther(c, withNext('/sign-in', next))
      const { account, sessionHash } = waiting
      const { id, email } = account
      if (!form.ok || form.value.credential === '') return showCodeForm(c, account, { typed: { next } })

      const asked = { purpose: 'second_factor', session: sessionHash, accountId: id } as const
      const read = await readPasskey(deps, asked, form.value.credential)
      const place = placeOf(c)
      const begun =
        read &&
        (await startSession(c, deps, id, {
          isFactorShown: true,
          onlyIf: async (db) =>
            (await holdActiveAccount(db, id)) &&
            (await holdSession(db, sessionHash, id)) &&
            usePasskey(db, read.passkey.id, read.counter),
          alsoDo: (db) =>
            recordSignIn(db, config, account, { place, isKnownBrowser: browsers.find(c, email) !== null }),
        }))
      if (begun === null) {
        c.var.security({ act: 'passkey', outcome: 'refused', account: id })
        await noteEvent(pool, id, 'codeFailed', place)
        return showCodeForm(c, account, { typed: { next }, errors: { credential: t.passkeys.wrong } }, 422)
      }
      browsers.remember(c, email)
      c.var.security({ act: 'sign-in', outcome: 'done', account: id })
      return seeOther(c, next)
    })

    .get('/sign-in/passkey', (c) => {
      const next = safePath(c.req.query('next'), config.origin)
      return offersPasskeys && !c.var.account ? showPasskeyPage(c, next) : seeOther(c, withNext('/sign-in', next))
    })

    .post('/sign-in/passkey/challenge', async (c) => {
      if (config.passkeyHost === null) throw new HTTPException(404)
      const waitSeconds = await challenges.take(c.var.network)
      if (waitSeconds !== null) return c.text(tooMany(c, waitSeconds), 429)
      return c.json(await askForPasskey(deps, { purpose: 'sign_in', session: null, accountId: null }))
    })

    .post('/sign-in/passkey', async (c) => {
      const { t } = c.var
      const form = await parseForm(c, passkeyForm)
      const next = safePath(form.typed.next, config.origin)
      if (!form.ok || form.value.credential === '') return seeOther(c, withNext('/sign-in/passkey', next))

      const asked = { purpose: 'sign_in', session: null, accountId: null } as const
      const read = await readPasskey(deps, asked, form.value.credential)
      const account = read && (await findSignInAccount(pool, read.passkey.accountId))
      const place = placeOf(c)
      const begun =
        account &&
        (await startSession(c, deps, account.id, {
          // The device has asked who holds it: it is both what one has, and what one knows or is.
          isFactorShown: true,
          onlyIf: async (db) =>
            (await holdActiveAccount(db, account.id)) && usePasskey(db, read.passkey.id, read.counter),
          alsoDo: (db) =>
            recordSignIn(db, config, account, { place, isKnownBrowser: browsers.find(c, account.email) !== null }),
        }))
      if (!account || begun === null) {
        c.var.security({ act: 'passkey', outcome: 'refused', account: account?.id })
        if (account) await noteEvent(pool, account.id, 'codeFailed', place)
        return showPasskeyPage(c, next, t.passkeys.wrong)
      }
      browsers.remember(c, account.email)
      c.var.security({ act: 'sign-in', outcome: 'done', account: account.id })
      return seeOther(c, next)
    })

    .post('/sign-out', async (c) => {
      c.var.security({ act: 'sign-out', outcome: 'done', account: c.var.account?.id ?? c.var.waiting?.account.id })
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
