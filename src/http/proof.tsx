import { readPasskey } from '../account/passkeys.ts'
import { provePassword } from '../account/prove.ts'
import { listPasskeys, usePasskey } from '../db/passkeys.ts'
import { ProofForm } from '../ui/proof-form.tsx'
import type { AppContext, Deps } from './context.ts'
import { readForm } from './form.ts'
import { requireEnrolling } from './guards.ts'
import { attempt, createAccountLimits, tooMany } from './limits.ts'
import { currentPath, isHtmx } from './paths.ts'
import { render } from './render.tsx'
import { renewHere } from './session.ts'

/** The name under which the password comes with the form that it was asked for. */
const FIELD = 'proof'
/** The same for a passkey. */
const PASSKEY_FIELD = 'proof-passkey'

/** Thrown by `requireProof`; the error handler answers with the form for it. */
export class ProofNeeded extends Error {
  override name = 'ProofNeeded'
  readonly hasPasskeys: boolean
  readonly wrong: { error: string; status: 422 | 429 } | null

  constructor(hasPasskeys: boolean, wrong: ProofNeeded['wrong'] = null) {
    super('The password is asked for again')
    this.hasPasskeys = hasPasskeys
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
   * Goes on where the account's password was given, or a passkey shown, in this session within ten minutes, or comes
   * with the form.
   * @throws ProofNeeded, SignInNeeded, HasherBusy
   */
  return async (c: AppContext): Promise<void> => {
    const { account, sessionHash } = requireEnrolling(c)
    if (c.get('isProven')) return
    const t = c.get('t')
    const form = await readForm(c)
    const [typed, shown] = [form.get(FIELD), form.get(PASSKEY_FIELD)]
    const hasPasskeys = deps.config.passkeyHost !== null && (await listPasskeys(deps.pool, account.id)).length > 0
    if (hasPasskeys && typeof shown === 'string' && shown !== '') {
      const read = await readPasskey(deps, { purpose: 'proof', session: sessionHash, accountId: account.id }, shown)
      if (read !== null && (await usePasskey(deps.pool, read.passkey.id, read.counter)))
        return renewHere(c, deps, sessionHash)
      c.get('security')({ act: 'passkey', outcome: 'refused' })
      throw new ProofNeeded(hasPasskeys, { error: t.passkeys.wrong, status: 422 })
    }
    if (typeof typed !== 'string' || typed === '') throw new ProofNeeded(hasPasskeys)

    const { outcome, waitSeconds } = await attempt(
      limitsOf(c, account.email),
      () => provePassword(deps, account.id, typed),
      (hash) => hash === null,
    )
    if (waitSeconds !== undefined) throw new ProofNeeded(hasPasskeys, { error: tooMany(c, waitSeconds), status: 429 })
    if (outcome === null) {
      c.get('security')({ act: 'account password', outcome: 'refused' })
      throw new ProofNeeded(hasPasskeys, { error: t.profile.wrongCurrent, status: 422 })
    }
    await renewHere(c, deps, sessionHash)
  }
}

/** Asks for the password in place of the page. What was being sent comes along, and is done once it is right. */
export async function answerProofNeeded(c: AppContext, { wrong, hasPasskeys }: ProofNeeded): Promise<Response> {
  const t = c.get('t')
  const sent = [...(await readForm(c))].flatMap(([name, value]) =>
    typeof value === 'string' && ![FIELD, PASSKEY_FIELD].includes(name) ? [{ name, value }] : [],
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
        fields={{ password: FIELD, passkey: hasPasskeys ? PASSKEY_FIELD : null }}
        error={wrong?.error}
        back={currentPath(c)}
      />
    ),
  })
}
