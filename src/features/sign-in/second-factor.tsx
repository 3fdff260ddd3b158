import { HTTPException } from 'hono/http-exception'
import { askForPasskey, readPasskey } from '../../account/passkeys.ts'
import { useCode } from '../../account/second-factor.ts'
import { tell } from '../../account/tell.ts'
import { noteEvent } from '../../db/account-events.ts'
import { holdActiveAccount } from '../../db/accounts.ts'
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
import { startSession } from '../../http/session.ts'
import { codeForm, passkeyForm, type CodeState } from './form.ts'
import { recordSignIn } from './record.ts'
import { CodeForm } from './views.tsx'

/** The second step, for who has given the password of an account that has a second factor. */
export function secondFactor(deps: Deps) {
  const { config, pool } = deps
  const codeLimitsOf = createAccountLimits(deps, 'second-factor')
  const challenges = createLimit(deps, 'passkey-challenge')
  const browsers = createKnownBrowsers(config)

  const showCodeForm = async (
    c: AppContext,
    account: { id: number; email: string },
    state: Pick<CodeState, 'typed'> & { errors?: { code?: string; credential?: string } },
    status: 200 | 422 | 429 = 200,
  ) => {
    const t = c.get('t')
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
    .get('/sign-in/second-factor', (c) => {
      const next = safePath(c.req.query('next'), config.origin)
      const waiting = c.get('waiting')
      if (waiting?.lacks !== 'code') return seeOther(c, withNext('/sign-in', next))
      return showCodeForm(c, waiting.account, { typed: { next } })
    })

    .post('/sign-in/second-factor', async (c) => {
      const t = c.get('t')
      const waiting = c.get('waiting')
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
        c.get('security')({ act: 'second factor', outcome: 'blocked', account: id })
        return refuse(429, tooMany(c, waitSeconds))
      }
      if (begun === null) {
        c.get('security')({ act: 'second factor', outcome: 'refused', account: id })
        await noteEvent(pool, id, 'codeFailed', place)
        return refuse(422, t.secondFactor.wrong)
      }
      browsers.remember(c, email)
      c.get('security')({ act: 'sign-in', outcome: 'done', account: id })
      return seeOther(c, safePath(next, config.origin))
    })

    .post('/sign-in/second-factor/challenge', async (c) => {
      const waiting = c.get('waiting')
      if (waiting?.lacks !== 'code') throw new HTTPException(404)
      const waitSeconds = await challenges.take(c.get('network'))
      if (waitSeconds !== null) return c.text(tooMany(c, waitSeconds), 429)
      const { account, sessionHash } = waiting
      const asked = { purpose: 'second_factor', session: sessionHash, accountId: account.id } as const
      return c.json(await askForPasskey(deps, asked))
    })

    .post('/sign-in/second-factor/passkey', async (c) => {
      const t = c.get('t')
      const waiting = c.get('waiting')
      const form = await parseForm(c, passkeyForm)
      const next = safePath(form.typed.next, config.origin)
      if (waiting?.lacks !== 'code') return seeOther(c, withNext('/sign-in', next))
      const { account, sessionHash } = waiting
      const { id, email } = account
      if (!form.ok || form.value.credential === '') return showCodeForm(c, account, { typed: { next } })

      const asked = { purpose: 'second_factor', session: sessionHash, accountId: id } as const
      const { credential } = form.value
      const place = placeOf(c)
      const { outcome: begun, waitSeconds } = await attempt(
        codeLimitsOf(c, email),
        async () => {
          const read = await readPasskey(deps, asked, credential)
          if (read === null) return null
          return startSession(c, deps, id, {
            isFactorShown: true,
            onlyIf: async (db) =>
              (await holdActiveAccount(db, id)) &&
              (await holdSession(db, sessionHash, id)) &&
              usePasskey(db, read.passkey.id, read.counter),
            alsoDo: (db) =>
              recordSignIn(db, config, account, { place, isKnownBrowser: browsers.find(c, email) !== null }),
          })
        },
        (begun) => begun === null,
      )
      const refuse = (status: 422 | 429, error: string) =>
        showCodeForm(c, account, { typed: { next }, errors: { credential: error } }, status)
      if (waitSeconds !== undefined) {
        c.get('security')({ act: 'passkey', outcome: 'blocked', account: id })
        return refuse(429, tooMany(c, waitSeconds))
      }
      if (begun === null) {
        c.get('security')({ act: 'passkey', outcome: 'refused', account: id })
        await noteEvent(pool, id, 'codeFailed', place)
        return refuse(422, t.passkeys.wrong)
      }
      browsers.remember(c, email)
      c.get('security')({ act: 'sign-in', outcome: 'done', account: id })
      return seeOther(c, next)
    })
}
