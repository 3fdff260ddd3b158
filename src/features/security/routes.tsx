import { askForNewPasskey, askForPasskey, readNewPasskey } from '../../account/passkeys.ts'
import { isWanted } from '../../account/second-factor.ts'
import { listEvents } from '../../db/account-events.ts'
import { removePasskey } from '../../db/passkeys.ts'
import { readSecondFactors, removeTotp } from '../../db/second-factors.ts'
import { endOwnSession, endSessionsOf, listSessionsOf } from '../../db/sessions.ts'
import type { Db } from '../../db/store.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { requireAccount, requireActor, requireEnrolling } from '../../http/guards.ts'
import { createLimit, tooMany } from '../../http/limits.ts'
import { safePath } from '../../http/paths.ts'
import { createProof } from '../../http/proof.tsx'
import { queryText } from '../../http/query.ts'
import { render, seeOther } from '../../http/render.tsx'
import { placeOf } from '../../http/request.ts'
import { startSession } from '../../http/session.ts'
import { browserName } from '../../ui/browser-name.ts'
import { totpUri } from '../../lib/totp.ts'
import { endSessions, removeFactor, renewBackupCodes } from './change.ts'
import { addPasskey, beginEnrolment, confirmEnrolment, findEnrolment, noteEnrolment } from './enrol.ts'
import { confirmationForm, passkeyForm, type ConfirmationState } from './form.ts'
import { BackupCodes, Enrolment, Invitation, isDone, Security } from './views.tsx'

/** How one's own account is entered. */
export function security(deps: Deps) {
  const { config, pool } = deps
  const { policy, from } = config.secondFactor
  const mayAddPasskey = policy !== 'off' && config.passkeyHost !== null
  const requireProof = createProof(deps)
  const challenges = createLimit(deps, 'passkey-challenge')

  const showCodes = (c: AppContext, codes: string[]) =>
    // Not redirected to: what is shown is nowhere else.
    render(c, {
      title: c.get('t').secondFactor.codes.title,
      status: 201,
      body: <BackupCodes t={c.get('t')} codes={codes} />,
    })

  /** The key and the field for its first code; a session that has begun nothing is led to where one begins. */
  const showEnrolment = async (c: AppContext, state: ConfirmationState = {}, status: 200 | 422 = 200) => {
    const t = c.get('t')
    const { account, sessionHash } = requireEnrolling(c)
    const key = await findEnrolment(deps, account.id, sessionHash)
    if (key === null) return seeOther(c, c.get('account') ? '/security' : '/security/second-factor')

    const uri = totpUri(key, { issuer: t.common.appName, label: account.email })
    return render(c, {
      title: t.secondFactor.enrolment.title,
      status,
      body: <Enrolment t={t} secret={key} uri={uri} {...state} />,
    })
  }

  return (
    createRoutes()
      .get('/security', async (c) => {
        const { id } = requireAccount(c)
        const t = c.get('t')
        const sessionHash = c.get('sessionHash')
        const [factors, sessions, events] = await Promise.all([
          readSecondFactors(pool, id),
          listSessionsOf(pool, id),
          listEvents(pool, id),
        ])
        const done = queryText(c, 'done')
        return render(c, {
          title: t.security.title,
          body: (
            <Security
              t={t}
              factors={factors}
              mayAdd={policy !== 'off'}
              mayAddPasskey={mayAddPasskey}
              sessions={sessions}
              here={sessionHash?.toString('hex') ?? ''}
              events={events}
              done={isDone(done) ? done : null}
            />
          ),
        })
      })

      .post('/security/sessions/revocation', async (c) => {
        await requireProof(c)
        await endSessions(deps, requireActor(c), placeOf(c), (db, id) => endSessionsOf(db, id, c.get('sessionHash')))
        return seeOther(c, '/security?done=sessions')
      })

      .post('/security/sessions/:id/revocation', async (c) => {
        await requireProof(c)
        const end = (db: Db, id: number) => endOwnSession(db, id, c.req.param('id'))
        const ended = await endSessions(deps, requireActor(c), placeOf(c), end)
        return ended ? seeOther(c, '/security?done=session') : c.notFound()
      })

      // For who needs a second factor, or will.
      .get('/security/second-factor', async (c) => {
        const { account } = requireEnrolling(c)
        const t = c.get('t')
        const next = safePath(c.req.query('next'), config.origin)
        const { totp, passkeys } = await readSecondFactors(pool, account.id)
        if (totp !== null || passkeys.length > 0 || !isWanted(config.secondFactor, account)) return seeOther(c, next)

        const later = c.get('account') && from ? { next, from } : null
        const failed = queryText(c, 'done') === 'failed'
        const body = <Invitation t={t} later={later} mayAddPasskey={mayAddPasskey} failed={failed} />
        return render(c, { title: t.secondFactor.invitation.title, body })
      })

      .post('/security/authenticator', async (c) => {
        await requireProof(c)
        const { account, sessionHash } = requireEnrolling(c)
        if (policy === 'off') return seeOther(c, '/security')

        const begun = await beginEnrolment(deps, account.id, sessionHash)
        return seeOther(c, begun ? '/security/authenticator' : '/security')
      })

      .get('/security/authenticator', (c) => showEnrolment(c))

      .post('/security/authenticator/confirmation', async (c) => {
        const { account, sessionHash } = requireEnrolling(c)
        const form = await parseForm(c, confirmationForm)
        if (!form.ok) return showEnrolment(c, form, 422)

        let codes: string[] = []
        // A new id, with which the factor was shown; the account's other sessions are asked for it from now on.
        const begun = await startSession(c, deps, account.id, {
          isFactorShown: true,
          // A code of an app that is being added says nothing about who adds it.
          isProven: c.get('isProven'),
          onlyIf: (db) => confirmEnrolment(db, deps, account.id, sessionHash, form.value.code),
          alsoDo: async (db) => {
            codes = await noteEnrolment(db, deps, account, placeOf(c))
          },
        })
        if (begun === null) return showEnrolment(c, { errors: { code: c.get('t').secondFactor.wrong } }, 422)
        c.get('security')({ act: 'second factor', outcome: 'done', account: account.id })
        return codes.length > 0 ? showCodes(c, codes) : seeOther(c, '/security?done=added')
      })

      .post('/security/authenticator/removal', async (c) => {
        const account = requireActor(c)
        await requireProof(c)
        await removeFactor(deps, account, c.get('sessionHash'), placeOf(c), removeTotp)
        return seeOther(c, '/security?done=removed')
      })

      .post('/security/proof/challenge', async (c) => {
        const { account, sessionHash } = requireEnrolling(c)
        const waitSeconds = await challenges.take(c.get('network'))
        if (waitSeconds !== null) return c.text(tooMany(c, waitSeconds), 429)
        return c.json(await askForPasskey(deps, { purpose: 'proof', session: sessionHash, accountId: account.id }))
      })

      .post('/security/passkeys/challenge', async (c) => {
        if (!mayAddPasskey) return c.notFound()
        await requireProof(c)
        const { account, sessionHash } = requireEnrolling(c)
        const waitSeconds = await challenges.take(c.get('network'))
        if (waitSeconds !== null) return c.text(tooMany(c, waitSeconds), 429)
        return c.json(await askForNewPasskey(deps, account, sessionHash))
      })

      .post('/security/passkeys', async (c) => {
        if (!mayAddPasskey) return c.notFound()
        await requireProof(c)
        const { account, sessionHash } = requireEnrolling(c)
        const back = c.get('account') ? '/security' : '/security/second-factor'
        const form = await parseForm(c, passkeyForm)
        // Sent without one to be asked for the password, or by a browser that makes none.
        if (!form.ok || form.value.credential === '') return seeOther(c, back)

        const made = await readNewPasskey(deps, sessionHash, form.value.credential)
        if (made === null) return seeOther(c, `${back}?done=failed`)
        const place = placeOf(c)
        const name = form.value.name || browserName(c.get('t'), place.userAgent)
        let codes: string[] = []
        const begun = await startSession(c, deps, account.id, {
          isFactorShown: true,
          onlyIf: (db) => addPasskey(db, account.id, sessionHash, { ...made, accountId: account.id, name }),
          alsoDo: async (db) => {
            codes = await noteEnrolment(db, deps, account, place)
          },
        })
        if (begun === null) return seeOther(c, `${back}?done=failed`)
        c.get('security')({ act: 'passkey', outcome: 'done', account: account.id })
        return codes.length > 0 ? showCodes(c, codes) : seeOther(c, '/security?done=passkey')
      })

      .post('/security/passkeys/:id/removal', async (c) => {
        const account = requireActor(c)
        await requireProof(c)
        const remove = (db: Db, id: number) => removePasskey(db, id, c.req.param('id'))
        await removeFactor(deps, account, c.get('sessionHash'), placeOf(c), remove)
        return seeOther(c, '/security?done=passkeyRemoved')
      })

      .post('/security/backup-codes', async (c) => {
        const account = requireActor(c)
        await requireProof(c)
        const codes = await renewBackupCodes(deps, account, placeOf(c))
        return codes === null ? seeOther(c, '/security') : showCodes(c, codes)
      })
  )
}
