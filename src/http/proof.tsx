import { provePassword } from '../account/prove.ts'
import { setProven } from '../db/sessions.ts'
import { ProofForm } from '../ui/proof-form.tsx'
import type { AppContext, Deps } from './context.ts'
import { readForm } from './form.ts'
import { requireEnrolling } from './guards.ts'
import { attempt, createAccountLimits, tooMany } from './limits.ts'
import { currentPath, isHtmx } from './paths.ts'
import { render } from './render.tsx'

/** The name under which the password comes with the form that it was asked for. */
const FIELD = 'proof'

/** Thrown by `requireProof`; the error handler answers with the form for it. */
export class ProofNeeded extends Error {
  override name = 'ProofNeeded'
  readonly wrong: { error: string; status: 422 | 429 } | null

  constructor(wrong: ProofNeeded['wrong'] = null) {
    super('The password is asked for again')
    this.wrong = wrong
  }
}

/**
 * For acts that hurt others, or open the account to somebody else: whoever uses a browser that was left open need not
 * be its owner.
 */
export function createProof(deps: Deps) {
  const limitsOf = createAccountLimits(deps)

  /**
   * Goes on where the account's password was given in this session within ten minutes, or comes with the form.
   * @throws ProofNeeded, SignInNeeded, HasherBusy
   */
  return async (c: AppContext): Promise<void> => {
    const { account, sessionHash } = requireEnrolling(c)
    if (c.var.isProven) return
    const typed = (await readForm(c)).get(FIELD)
    if (typeof typed !== 'string' || typed === '') throw new ProofNeeded()

    const { t } = c.var
    const { outcome, waitSeconds } = await attempt(
      limitsOf(c, account.email),
      () => provePassword(deps, account.id, typed),
      (hash) => hash === null,
    )
    if (waitSeconds !== undefined) throw new ProofNeeded({ error: tooMany(c, waitSeconds), status: 429 })
    if (outcome === null) {
      c.var.security({ act: 'account password', outcome: 'refused' })
      throw new ProofNeeded({ error: t.profile.wrongCurrent, status: 422 })
    }
    await setProven(deps.pool, sessionHash)
  }
}

/** Asks for the password in place of the page. What was being sent comes along, and is done once it is right. */
export async function answerProofNeeded(c: AppContext, { wrong }: ProofNeeded): Promise<Response> {
  const { t } = c.var
  const sent = [...(await readForm(c))].flatMap(([name, value]) =>
    typeof value === 'string' && name !== FIELD ? [{ name, value }] : [],
  )
  if (isHtmx(c)) {
    c.header('HX-Retarget', 'main > :last-child')
    c.header('HX-Reswap', 'outerHTML')
    c.header('HX-Reselect', 'section')
  }
  return render(c, {
    title: t.proof.title,
    status: wrong?.status ?? 401,
    body: (
      <ProofForm
        t={t}
        email={requireEnrolling(c).account.email}
        action={c.req.path}
        sent={sent}
        field={FIELD}
        error={wrong?.error}
        back={currentPath(c)}
      />
    ),
  })
}
