import { findLogin } from '../../../connector/mapping/login-names.ts'
import { findSeenAppPasswords } from '../../db/connectors.ts'
import type { Account } from '../../db/accounts.ts'
import { listServed } from '../../db/mail/lists.ts'
import { findOwnedId } from '../../db/mailboxes.ts'
import { createRoutes, type Deps } from '../../http/context.ts'
import { queryText } from '../../http/query.ts'
import { render } from '../../http/render.tsx'
import { domainOf } from '../../lib/addresses.ts'
import { normaliseEmail } from '../../lib/email.ts'
import { clientFor } from '../../lib/mail-client.ts'
import { mailProgramPath } from '../../ui/mail-program-path.ts'
import { AskForAddress, MailProgram } from './views.tsx'

/**
 * What people enter in their mail programs. Nobody has to sign in, so that a phone can open the page too. It does not
 * reveal whether there is such a mailbox; its owner alone is shown the name of its log-in, where that is not told by
 * the address.
 */
export function mailPrograms({ config, pool }: Deps) {
  const findOwnLogin = async (account: Account | null, address: string) => {
    if (config.mapping.mailbox.login === null || account === null) return null
    return (await findOwnedId(pool, account.id, address)) === null ? null : findLogin(pool, config.mapping, address)
  }
  return createRoutes().get('/mail-program', async (c) => {
    const t = c.get('t')
    const { title } = t.mailPrograms
    const typed = queryText(c, 'address')
    const address = normaliseEmail(typed)
    const ask = (status: 200 | 422, error?: string) =>
      render(c, { title, status, body: <AskForAddress t={t} typed={typed} error={error} /> })
    if (typed === '') return ask(200)
    if (address === null) return ask(422, t.fields.email)

    const client = clientFor(config.mailClient, address)
    const isServed = client !== null && (await listServed(pool, config.mapping, [domainOf(address)])).length > 0
    if (!isServed) return ask(422, t.mailPrograms.notServed)
    const user = (await findOwnLogin(c.get('account'), address)) ?? client.user
    const body = (
      <MailProgram
        t={t}
        address={address}
        client={{ ...client, user }}
        hasFile={client.user !== ''}
        appPasswords={config.appPasswords ?? (await findSeenAppPasswords(pool))}
        url={config.origin + mailProgramPath(address)}
        back={c.get('account') !== null}
      />
    )
    return render(c, { title, body })
  })
}
