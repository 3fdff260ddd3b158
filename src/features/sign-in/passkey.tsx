import { HTTPException } from 'hono/http-exception'
import { askForPasskey, readPasskey } from '../../account/passkeys.ts'
import { noteEvent } from '../../db/account-events.ts'
import { findSignInAccount, holdActiveAccount } from '../../db/accounts.ts'
import { usePasskey } from '../../db/passkeys.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { createKnownBrowsers } from '../../http/known-browser.ts'
import { createLimit, tooMany } from '../../http/limits.ts'
import { safePath, withNext } from '../../http/paths.ts'
import { placeOf } from '../../http/request.ts'
import { render, seeOther } from '../../http/render.tsx'
import { startSession } from '../../http/session.ts'
import { offersPasskeys } from './offers-passkeys.ts'
import { passkeyForm } from './form.ts'
import { recordSignIn } from './record.ts'
import { PasskeyPage } from './views.tsx'

/** Signing in with nothing but a passkey. */
export function passkeyAlone(deps: Deps) {
  const { config, pool } = deps
  const browsers = createKnownBrowsers(config)
  const challenges = createLimit(deps, 'passkey-challenge')

  const showPasskeyPage = (c: AppContext, next: string, error?: string) => {
    const t = c.get('t')
    const body = <PasskeyPage t={t} next={next} error={error} />
    return render(c, { title: t.passkeys.signIn, status: error === undefined ? 200 : 422, body })
  }
  return createRoutes()
    .get('/sign-in/passkey', (c) => {
      const next = safePath(c.req.query('next'), config.origin)
      return offersPasskeys(config) && !c.get('account')
        ? showPasskeyPage(c, next)
        : seeOther(c, withNext('/sign-in', next))
    })

    .post('/sign-in/passkey/challenge', async (c) => {
      if (config.passkeyHost === null) throw new HTTPException(404)
      const waitSeconds = await challenges.take(c.get('network'))
      if (waitSeconds !== null) return c.text(tooMany(c, waitSeconds), 429)
      return c.json(await askForPasskey(deps, { purpose: 'sign_in', session: null, accountId: null }))
    })

    .post('/sign-in/passkey', async (c) => {
      const t = c.get('t')
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
        c.get('security')({ act: 'passkey', outcome: 'refused', account: account?.id })
        if (account) await noteEvent(pool, account.id, 'codeFailed', place)
        return showPasskeyPage(c, next, t.passkeys.wrong)
      }
      browsers.remember(c, account.email)
      c.get('security')({ act: 'sign-in', outcome: 'done', account: account.id })
      return seeOther(c, next)
    })
}
