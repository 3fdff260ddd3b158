import { bodyLimit } from 'hono/body-limit'
import { listServed } from '../../db/mail/lists.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { queryText } from '../../http/query.ts'
import { domainOf } from '../../lib/addresses.ts'
import { normaliseEmail } from '../../lib/email.ts'
import { clientFor, patternFor } from '../../lib/mail-client.ts'
import { readXmlText } from '../../lib/xml.ts'
import { appleFile, OUTLOOK_SCHEMA, outlookFile, outlookRefusal, thunderbirdFile } from './files.ts'

/**
 * What mail programs ask for by themselves, without an account. The answer is the same for every address of a domain,
 * whether there is such a mailbox or not; for domains that are served here only: where a name of a server is made of
 * the domain, anybody could otherwise have a file from here that leads to a server of their own.
 */
export function mailProgramDiscovery({ config, pool }: Deps) {
  const isServed = async (domain: string) => (await listServed(pool, config.mapping, [domain])).length > 0
  const findPattern = async (domain: string) => {
    const pattern = patternFor(config.mailClient, domain)
    return pattern !== null && pattern.user !== '' && (await isServed(domain)) ? pattern : null
  }
  const findClient = async (address: string) => {
    const client = clientFor(config.mailClient, address)
    return client !== null && client.user !== '' && (await isServed(domainOf(address))) ? client : null
  }
  const answerXml = (c: AppContext, text: string) =>
    c.body(text, 200, { 'Content-Type': 'application/xml; charset=utf-8' })

  const routes = createRoutes()
  for (const path of ['/mail/config-v1.1.xml', '/.well-known/autoconfig/mail/config-v1.1.xml']) {
    routes.get(path, async (c) => {
      const address = normaliseEmail(queryText(c, 'emailaddress'))
      // Programs that do not say whose address it is ask at the domain's own name.
      const domain = address ? domainOf(address) : new URL(c.req.url).hostname.replace(/^autoconfig\./, '')
      const pattern = await findPattern(domain)
      return pattern === null ? c.notFound() : answerXml(c, thunderbirdFile(domain, pattern))
    })
  }

  // Outlook's versions write it in each of these ways.
  for (const path of ['autodiscover/autodiscover', 'Autodiscover/Autodiscover', 'AutoDiscover/AutoDiscover']) {
    routes.post(`/${path}.xml`, bodyLimit({ maxSize: 16 * 1024 }), async (c) => {
      const body = await c.req.text()
      const said = (name: string) => new RegExp(`<(?:\\w+:)?${name}>([^<]{1,400})<`).exec(body)?.[1]?.trim()
      const refuse = (code: 500 | 600 | 601) => answerXml(c, outlookRefusal(code, new Date()))
      const address = normaliseEmail(readXmlText(said('EMailAddress') ?? ''))
      if (address === null) return refuse(600)
      if ((said('AcceptableResponseSchema') ?? OUTLOOK_SCHEMA) !== OUTLOOK_SCHEMA) return refuse(601)

      const client = await findClient(address)
      return client === null ? refuse(500) : answerXml(c, outlookFile(client))
    })
  }

  routes.get('/mail/apple.mobileconfig', async (c) => {
    const address = normaliseEmail(queryText(c, 'address'))
    const client = address && (await findClient(address))
    const { name, description } = c.get('t').mailPrograms.profile
    const file = address && client ? appleFile(address, client, { name: name(address), description }) : null
    if (file === null) return c.notFound()
    return c.body(file, 200, {
      'Content-Type': 'application/x-apple-aspen-config; charset=utf-8',
      'Content-Disposition': 'attachment; filename="mail.mobileconfig"',
    })
  })

  return routes
}
