import { provePassword } from '../../account/prove.ts'
import { findLink } from '../../db/links.ts'
import { listForAccount } from '../../db/mailboxes.ts'
import { holdSession } from '../../db/sessions.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { allErrors, ownAddressFault, parseForm } from '../../http/form.ts'
import { requireAccount, requireActor, SignInNeeded } from '../../http/guards.ts'
import { attempt, createAccountLimits, createLimit, tooMany } from '../../http/limits.ts'
import { queryText } from '../../http/query.ts'
import { render, seeOther } from '../../http/render.tsx'
import { placeOf } from '../../http/request.ts'
import { startSession, stopSession } from '../../http/session.ts'
import { Outcome } from '../../ui/outcome.tsx'
import { confirmEmail, requestEmail } from './change-email.ts'
import { changePassword } from './change-password.ts'
import { deleteAccount } from './delete-account.ts'
import { confirmationForm, deletionForm, emailForm, passwordForm, type ProfileState } from './form.ts'
import { EmailConfirmation, isDone, Profile } from './views.tsx'

type Proof = { hash: string | null; status: 422 | 429; error?: string }

/** One's own account. */
export function profile(deps: Deps) {
  const { pool } = deps
  const limitsOf = createAccountLimits(deps)
  // Each request sends a mail to an address of the person's choice.
  const mails = {
    byAccount: createLimit(deps, 'email-change-account'),
    byAddress: createLimit(deps, 'email-change-address'),
  }

  const showProfile = async (c: AppContext, state: ProfileState = {}, status: 200 | 422 | 429 = 200) => {
    const account = requireAccount(c)
    const t = c.get('t')
    const mailboxes = await listForAccount(pool, account.id)
    const done = queryText(c, 'done')
    return render(c, {
      title: t.profile.title,
      status,
      body: (
        <Profile
          t={t}
          account={account}
          language={c.get('language')}
          hasMailboxes={mailboxes.length > 0}
          state={state}
          done={c.req.method === 'GET' && isDone(done) ? done : null}
        />
      ),
    })
  }

  /** The hash that the current password was verified against, or what is wrong with it. A missing one is not judged. */
  const prove = async (c: AppContext, current: string | undefined): Promise<Proof> => {
    if (current === undefined) return { hash: null, status: 422 }
    const { id, email } = requireAccount(c)
    const { outcome: hash, waitSeconds } = await attempt(
      limitsOf(c, email),
      () => provePassword(deps, id, current),
      (proven) => proven === null,
    )
    if (waitSeconds !== undefined) return { hash: null, status: 429, error: tooMany(c, waitSeconds) }
    if (hash !== null) return { hash, status: 422 }
    c.get('security')({ act: 'account password', outcome: 'refused' })
    return { hash, status: 422, error: c.get('t').profile.wrongCurrent }
  }

  const showOutcome = (c: AppContext, is: 'done' | 'used' | 'gone' | 'taken') => {
    const words = c.get('t').emailConfirmation[is]
    const status = { done: 200, used: 200, gone: 410, taken: 409 } as const
    const link = { href: '/', label: c.get('t').errors.home }
    return render(c, { title: words.title, status: status[is], body: <Outcome {...words} link={link} /> })
  }

  return (
    createRoutes()
      .get('/profile', (c) => showProfile(c))

      .post('/profile/password', async (c) => {
        const account = requireActor(c)
        const form = await parseForm(c, passwordForm)
        if (!form.ok && form.suggested !== undefined) return showProfile(c, { password: form })
        const fault = ownAddressFault(c.get('t'), form.valid.password, account.email)
        const { hash: previous, status, error } = await prove(c, form.valid.current)
        const errors = allErrors(passwordForm, form, { current: error, password: fault })
        if (errors !== null || !form.ok || previous === null)
          return showProfile(c, { password: { errors: errors ?? {} } }, status)

        const { password } = form.value
        const changed = await changePassword(deps, account, {
          previous,
          password,
          session: c.get('sessionHash'),
          place: placeOf(c),
        })
        if (!changed) return showProfile(c, { password: { errors: { current: c.get('t').profile.wrongCurrent } } }, 422)
        const isFactorShown = c.get('isFactorShown')
        const sessionHash = c.get('sessionHash')
        const begun = await startSession(c, deps, account.id, {
          isFactorShown,
          onlyIf: async (db) => sessionHash !== null && (await holdSession(db, sessionHash, account.id)),
        })
        if (begun === null) throw new SignInNeeded()
        return seeOther(c, '/profile?done=password')
      })

      .post('/profile/email', async (c) => {
        const account = requireAccount(c)
        const t = c.get('t')
        const form = await parseForm(c, emailForm)
        const { typed } = form
        const same = form.valid.email === account.email ? t.profile.email.same : undefined
        const { status, error } = await prove(c, form.valid.current)
        const errors = allErrors(emailForm, form, { email: same, current: error })
        if (errors !== null || !form.ok) return showProfile(c, { email: { typed, errors: errors ?? {} } }, status)

        const { email } = form.value
        const waitSeconds = (await mails.byAccount.take(String(account.id))) ?? (await mails.byAddress.take(email))
        if (waitSeconds !== null)
          return showProfile(c, { email: { typed, errors: { email: tooMany(c, waitSeconds) } } }, 429)
        await requestEmail(deps, account, email)
        return seeOther(c, '/profile?done=email')
      })

      // Mail scanners open every link: nothing changes before the button is pressed.
      .get('/email-confirmation', async (c) => {
        const t = c.get('t')
        const token = c.req.query('token') ?? ''
        const link = await findLink(pool, token, 'email_change')
        if (!link?.data) return showOutcome(c, 'gone')
        if (link.used) return showOutcome(c, 'used')

        const body = <EmailConfirmation t={t} token={token} address={link.data} />
        return render(c, { title: t.emailConfirmation.title, body })
      })

      .post('/email-confirmation', async (c) => {
        const form = await parseForm(c, confirmationForm)
        const outcome = form.ok ? await confirmEmail(deps, form.value.token, placeOf(c)) : null
        if (outcome === null) return showOutcome(c, 'gone')
        return outcome.done ? seeOther(c, '/email-confirmation/done') : showOutcome(c, outcome.refused)
      })

      .get('/email-confirmation/done', (c) => showOutcome(c, 'done'))

      .post('/profile/deletion', async (c) => {
        const actor = requireActor(c)
        const t = c.get('t')
        const form = await parseForm(c, deletionForm)
        if (!form.ok) return showProfile(c, { deletion: form }, 422)
        const refuse = (current: string): ProfileState => ({ deletion: { errors: { current } } })
        const { status, error } = await prove(c, form.value.current)
        if (error !== undefined) return showProfile(c, refuse(error), status)

        const outcome = await deleteAccount(deps, actor)
        if (outcome.refused === 'mailboxes') return showProfile(c, refuse(t.profile.deletion.hasMailboxes), 422)
        if (outcome.refused === 'last_super_admin')
          return showProfile(c, refuse(t.profile.deletion.lastSuperAdmin), 422)
        await stopSession(c, deps)
        return seeOther(c, '/account-deleted')
      })

      .get('/account-deleted', (c) => {
        const { title, text } = c.get('t').profile.deletion.done
        return render(c, { title, body: <Outcome title={title} text={text} /> })
      })
  )
}
