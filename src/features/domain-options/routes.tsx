import { createRoutes, type Deps } from '../../http/context.ts'
import { requireAccount } from '../../http/guards.ts'
import { queryText } from '../../http/query.ts'
import { render } from '../../http/render.tsx'
import { listUsable } from '../../mailbox/domains.ts'
import { DomainOptions } from '../../ui/domain-field.tsx'

const mostProposed = 20

/** What a domain field suggests while somebody types: domains that the account may use. */
export function domainOptions({ config, pool }: Pick<Deps, 'config' | 'pool'>) {
  return createRoutes().get('/domain-options', async (c) => {
    const account = requireAccount(c)
    const t = c.get('t')
    const prefix = queryText(c, queryText(c, 'field', 20)).toLowerCase()
    const { domains } = await listUsable(pool, config.mapping, account, prefix)
    const proposed = domains.slice(0, mostProposed)
    return render(c, {
      title: t.domains.title,
      body: (
        <ul>
          {proposed.map((domain) => (
            <li>{domain}</li>
          ))}
        </ul>
      ),
      fragment: <DomainOptions domains={proposed} />,
    })
  })
}
