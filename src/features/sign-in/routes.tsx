import { isWanted, useCode } from '../../account/second-factor.ts'
import { tell } from '../../account/tell.ts'
import { noteEvent } from '../../db/account-events.ts'
import { holdActiveAccount, holdsPassword } from '../../db/accounts.ts'
import { record } from '../../db/audit.ts'
import { holdSession } from '../../db/sessions.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { createKnownBrowsers } from '../../http/known-browser.ts'
import { attempt, createAccountLimits, tooMany } from '../../http/limits.ts'
import { safePath } from '../../http/paths.ts'
import { queryText } from '../../http/query.ts'
import { placeOf } from '../../http/request.ts'
import { render, seeOther } from '../../http/render.tsx'
import { startSession, stopSession } from '../../http/session.ts'
import type { Role } from '../../lib/roles.ts'
import { codeForm, signInForm, type CodeState } from './form.ts'
import { recordSignIn } from './record.ts'
import { verifySignIn } from './verify.ts'
import { CodeForm, SignInForm } from './views.tsx'

const withNext = (path: string, next: string): string =>
  next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`

export function signIn(deps: Deps) {
  const { config, pool } = deps
  const limitsOf = createAccountLimits(deps)
  const codeLimitsOf = createAccountLimits(deps, 'second-factor')
  const browsers = createKnownBrowsers(config)

  const showCodeForm = (c: AppContext, state: CodeState, status: 200 | 422 | 429 = 200) => {
    const { t, waiting } = c.var
    const backup = queryText(c, 'with') === 'backup-code'
    return render(c, {
      title: t.secondFactor.title,
      status,
      body: <CodeForm t={t} {...state} email={waiting?.account.email ?? ''} backup={backup} />,
    })
  }

  return createRoutes()
    .get('/sign-in', (c) => {
      const next = safePath(c.req.query('next'), config.origin)
      const { account, waiting, t } = c.var
      if (account) return seeOther(c, next)
      if (waiting?.lacks === 'code') return seeOther(c, withNext('/sign-in/second-factor', next))
      if (waiting?.lacks === 'enrolment') return seeOther(c, withNext('/security/second-factor', next))

      return render(c, { title: t.signIn.title, body: <SignInForm t={t} typed={{ next }} /> })
    })

    .post('/sign-in', async (c) => {
      const { t } = c.var
      const form = await parseForm(c, signInForm)
      const refuse = (status: 422 | 429, errors: { email?: string; password?: string }) =>
        render(c, { title: t.signIn.title, status, body: <SignInForm t={t} typed={form.typed} errors={errors} /> })
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
      if (waits)
        return render(c, { title: t.signIn.title, status: 422, body: <SignInForm t={t} typed={form.typed} waits /> })
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
      return showCodeForm(c, { typed: { next } })
    })

    .post('/sign-in/second-factor', async (c) => {
      const { t, waiting } = c.var
      const form = await parseForm(c, codeForm)
      // It took too long, or it was done in another tab.
      if (waiting?.lacks !== 'code') return seeOther(c, withNext('/sign-in', form.typed.next ?? '/'))
      if (!form.ok) return showCodeForm(c, form, 422)

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
        showCodeForm(c, { typed: form.typed, errors: { code: error } }, status)
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

    .post('/sign-out', async (c) => {
      c.var.security({ act: 'sign-out', outcome: 'done', account: c.var.account?.id ?? c.var.waiting?.account.id })
      await stopSession(c, deps)
      return seeOther(c, '/sign-in')
    })

  /** Who will need a second factor is led to where one is added, or put off. */
  function landing(account: { role: Role }, next: string): string {
    return isWanted(config.secondFactor, account) ? withNext('/security/second-factor', next) : next
  }
}
