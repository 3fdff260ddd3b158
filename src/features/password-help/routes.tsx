import { createRoutes, type AppContext, type BaseDeps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { queryText } from '../../http/query.ts'
import { createBaseLimit } from '../../http/limits.ts'
import { render } from '../../http/render.tsx'
import { randomPassword } from '../../lib/random-password.ts'
import { NewPasswordFields, passwordLabels, type PasswordLabel } from '../../ui/password-fields.tsx'
import { strengthForm } from './form.ts'
import { StrengthBadge } from './views.tsx'

/** for a mailbox, whose password is kept as typed */
const isAsTyped = (c: AppContext): boolean => c.req.query('as-typed') !== undefined

const isLabel = (text: string): text is PasswordLabel => Object.hasOwn(passwordLabels, text)

/** Whether the text has letters and accents as separate characters, as some keyboards type them. */
const isDecomposed = (password: string): boolean => password.normalize('NFC') !== password

/** What helps to choose a new password, wherever one is asked for. Nobody needs it: it may say nothing at any time. */
export function passwordHelp(deps: BaseDeps) {
  const { strengthOf } = deps
  const checks = createBaseLimit(deps, 'password-strength')

  return (
    createRoutes()
      // A POST, so that the password comes into no address.
      .post('/password-strength', async (c) => {
        const t = c.get('t')
        const network = c.get('network')
        const form = await parseForm(c, strengthForm)
        const fault = form.ok ? undefined : form.errors.password
        // Sent when the field is entered: the judge takes seconds to be ready, and has them while something is typed.
        if (fault === t.fields.required) {
          void strengthOf?.('').catch(() => null)
          return render(c, { title: t.newPassword.strength, body: <></> })
        }
        const mayAsk = form.ok && strengthOf && (await checks.take(network)) === null
        const guessable = fault === t.fields.passwordShort || fault === t.fields.passwordCommon
        const judged = mayAsk ? await strengthOf(form.value.password) : null
        const strength = guessable ? 0 : judged
        return render(c, {
          title: t.newPassword.strength,
          body: (
            <>
              {strength !== null && <StrengthBadge t={t} strength={strength} />}
              {fault && <p class="hint">{fault}</p>}
              {isAsTyped(c) && form.ok && isDecomposed(form.value.password) && (
                <p class="hint">{t.newPassword.decomposed}</p>
              )}
            </>
          ),
        })
      })

      .get('/password-suggestion', (c) => {
        const t = c.get('t')
        const label = queryText(c, 'label', 40)
        const idPrefix = queryText(c, 'for', 40).replace(/[^\w-]/g, '') || 'new'
        return render(c, {
          title: t.newPassword.suggest,
          body: (
            <NewPasswordFields
              t={t}
              errors={{}}
              idPrefix={idPrefix}
              asTyped={isAsTyped(c)}
              label={isLabel(label) ? label : undefined}
              suggested={randomPassword()}
            />
          ),
        })
      })
  )
}
