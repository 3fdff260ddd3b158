import type { Hono } from 'hono'
import { appPasswords } from './features/app-passwords/routes.tsx'
import { aliases } from './features/aliases/routes.tsx'
import { deletion } from './features/deletion/routes.tsx'
import { locks } from './features/locks/routes.tsx'
import { mailboxes } from './features/mailboxes/routes.tsx'
import { moderation } from './features/moderation/routes.tsx'
import { password } from './features/password/routes.tsx'
import { recovery } from './features/recovery/routes.tsx'
import { registration } from './features/registration/routes.tsx'
import { preferences } from './features/preferences/routes.ts'
import { signIn } from './features/sign-in/routes.tsx'
import { accounts } from './features/accounts/routes.tsx'
import { audit } from './features/audit/routes.tsx'
import { claim } from './features/claim/routes.tsx'
import { contact } from './features/contact/routes.tsx'
import { domainOptions } from './features/domain-options/routes.tsx'
import { domains } from './features/domains/routes.tsx'
import { mailProgramDiscovery } from './features/mail-programs/discovery.ts'
import { mailPrograms } from './features/mail-programs/routes.tsx'
import { newStart } from './features/new-start/routes.tsx'
import { pairing } from './features/pairing/routes.tsx'
import { passwordHelp } from './features/password-help/routes.tsx'
import { passwordReset } from './features/password-reset/routes.tsx'
import { profile } from './features/profile/routes.tsx'
import { security } from './features/security/routes.tsx'
import { firstSteps } from './features/first-steps/routes.tsx'
import { tasks } from './features/tasks/routes.tsx'
import { createBase } from './http/base.ts'
import type { AppEnv, Deps } from './http/context.ts'
import { seeOther } from './http/render.tsx'
import { readSession } from './http/session.ts'

export type { Deps }

/** The whole application, in the order in which a request meets it. */
export function createApp(deps: Deps): Hono<AppEnv> {
  const { actions } = deps.config.mapping
  const app = createBase(deps, mailProgramDiscovery(deps))
  app.use(readSession(deps))

  app.get('/', (c) => seeOther(c, c.get('account') ? '/mailboxes' : '/sign-in'))
  app.route('/', signIn(deps))
  app.route('/', registration(deps))
  app.route('/', moderation(deps))
  app.route('/', preferences(deps))
  app.route('/', mailboxes(deps))
  if (actions.includes('password')) app.route('/', password(deps))
  if (actions.includes('create')) app.route('/', newStart(deps))
  if (actions.includes('password')) app.route('/', recovery(deps))
  if (actions.includes('appPasswords')) app.route('/', appPasswords(deps))
  app.route('/', passwordHelp(deps))
  app.route('/', domainOptions(deps))
  if (actions.includes('aliases')) app.route('/', aliases(deps))
  if (actions.includes('delete')) app.route('/', deletion(deps))
  if (actions.includes('lock')) app.route('/', locks(deps))
  app.route('/', claim(deps))
  app.route('/', contact(deps))
  app.route('/', mailPrograms(deps))
  app.route('/', profile(deps))
  app.route('/', security(deps))
  app.route('/', passwordReset(deps))
  app.route('/', accounts(deps))
  app.route('/', domains(deps))
  app.route('/', audit(deps))
  app.route('/', firstSteps(deps))
  app.route('/', tasks(deps))
  app.route('/', pairing(deps))
  return app
}
