// The files for mail programs against the rules of their formats, read by a real XML parser.
import jsqr from 'jsqr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSite, violations, type Site, type Window } from '../support/chromium.ts'

let site: Site
let window: Window
beforeAll(async () => {
  site = await startSite({
    env: {
      MAIL_CLIENT_IMAP: 'imaps://mail.example.org',
      MAIL_CLIENT_POP3: 'pop3://mail.example.org',
      MAIL_CLIENT_SMTP: 'smtps://mail.example.org',
      MAIL_CLIENT_WEBMAIL: 'https://webmail.example.org/?a=1&b={domain}',
    },
  })
  window = await site.open({ permissions: ['clipboard-read', 'clipboard-write'] })
  await window.page.goto('/mail-program?address=o%27hara%26sons%40example.org')
})
afterAll(() => site.stop())

/** An element: its name, its namespace, its attributes, and its text or the elements in it. */
interface Element {
  name: string
  namespace: string | null
  attributes: Record<string, string>
  content: string | Element[]
}

/** The document as Chromium reads it. @throws when it is not well formed */
async function read(path: string, init: RequestInit = {}): Promise<Element> {
  const text = await (await fetch(site.origin + path, init)).text()
  return window.page.evaluate((source) => {
    const parsed = new DOMParser().parseFromString(source, 'application/xml')
    const fault = parsed.querySelector('parsererror')
    if (fault) throw new Error(fault.textContent)
    const tree = (node: globalThis.Element): Element => ({
      name: node.localName,
      namespace: node.namespaceURI,
      attributes: Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value])),
      content: node.children.length > 0 ? [...node.children].map(tree) : node.textContent,
    })
    return tree(parsed.documentElement)
  }, text)
}

const childrenOf = ({ content }: Element): Element[] => (typeof content === 'string' ? [] : content)
const namesIn = (element: Element) => childrenOf(element).map(({ name }) => name)
const textsIn = (element: Element) =>
  Object.fromEntries(childrenOf(element).map(({ name, content }) => [name, content as string]))

test('the file for Thunderbird is what its format says', async () => {
  const root = await read('/mail/config-v1.1.xml?emailaddress=ada@example.org')
  expect([root.name, root.attributes['version'], namesIn(root)]).toEqual([
    'clientConfig',
    '1.1',
    ['emailProvider', 'webMail'],
  ])
  const [provider, webMail] = childrenOf(root) as [Element, Element]
  expect(provider.attributes).toEqual({ id: 'example.org' })
  // A domain at least, a name, then servers, the one to be preferred first.
  expect(namesIn(provider)).toEqual([
    ...['domain', 'displayName', 'displayShortName'],
    ...['incomingServer', 'incomingServer', 'outgoingServer'],
  ])
  const servers = childrenOf(provider).filter(({ name }) => name.endsWith('Server'))
  expect(servers.map(({ attributes }) => attributes['type'])).toEqual(['imap', 'pop3', 'smtp'])
  for (const server of servers) {
    const said = textsIn(server)
    expect(Object.keys(said)).toEqual(['hostname', 'port', 'socketType', 'authentication', 'username'])
    expect(said['hostname']).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)
    expect(Number(said['port'])).toBeGreaterThan(0)
    expect(['plain', 'SSL', 'STARTTLS']).toContain(said['socketType'])
    expect(said['authentication']).toBe('password-cleartext')
  }
  expect(servers.map((server) => textsIn(server)['socketType'])).toEqual(['SSL', 'STARTTLS', 'SSL'])
  const [login] = childrenOf(webMail)
  expect([login?.name, login?.attributes]).toEqual([
    'loginPage',
    { url: 'https://webmail.example.org/?a=1&b=example.org' },
  ])
})

const askAsOutlook = (address: string) =>
  read('/autodiscover/autodiscover.xml', {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml' },
    body: `<Autodiscover><Request><EMailAddress>${address}</EMailAddress></Request></Autodiscover>`,
  })
const envelope = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006'

test('the answer to Outlook is what [MS-OXDSCLI] says, and so is its refusal', async () => {
  const root = await askAsOutlook('o&apos;hara&amp;sons@example.org')
  expect([root.name, root.namespace]).toEqual(['Autodiscover', envelope])
  const [response] = childrenOf(root) as [Element]
  const schema = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'
  expect([response.name, response.namespace, namesIn(response)]).toEqual(['Response', schema, ['Account']])
  const [account] = childrenOf(response) as [Element]
  const [type, action, ...protocols] = childrenOf(account)
  expect([type?.name, type?.content]).toEqual(['AccountType', 'email'])
  expect([action?.name, action?.content]).toEqual(['Action', 'settings'])
  expect(protocols.map((protocol) => textsIn(protocol)['Type'])).toEqual(['IMAP', 'POP3', 'SMTP'])
  for (const protocol of protocols) {
    const said = textsIn(protocol)
    expect(protocol.name).toBe('Protocol')
    expect(said['LoginName']).toBe("o'hara&sons@example.org")
    expect(said['Server']).toBe('mail.example.org')
    expect(said['Port']).toMatch(/^\d{1,5}$/)
    for (const name of ['SPA', 'SSL', 'AuthRequired', 'DomainRequired']) expect(['on', 'off']).toContain(said[name])
    expect(['None', 'SSL', 'TLS', 'Auto']).toContain(said['Encryption'])
  }

  const refused = await askAsOutlook('ada@elsewhere.example')
  const [answer] = childrenOf(refused) as [Element]
  expect([refused.namespace, answer.namespace, namesIn(answer)]).toEqual([envelope, envelope, ['Error']])
  const [error] = childrenOf(answer) as [Element]
  expect(namesIn(error)).toEqual(['ErrorCode', 'Message', 'DebugData'])
  expect(error.attributes['Time']).toMatch(/^\d\d:\d\d:\d\d\.\d+$/)
})

/** What a property list holds. */
function valueOf({ name, content }: Element): unknown {
  const children = typeof content === 'string' ? [] : content
  switch (name) {
    case 'dict':
      return Object.fromEntries(
        children.flatMap((child, index) => {
          if (index % 2 === 1) return []
          if (child.name !== 'key') throw new Error(`a value without a key: ${child.name}`)
          return [[child.content, valueOf(children[index + 1] as Element)]]
        }),
      )
    case 'array':
      return children.map(valueOf)
    case 'integer':
      return Number.parseInt(content as string, 10)
    case 'true':
    case 'false':
      return name === 'true'
    case 'string':
      return content
    default:
      throw new Error(`nothing that a property list may hold: ${name}`)
  }
}

test("the profile for Apple's programs is a property list with all that a mail account needs", async () => {
  const path = '/mail/apple.mobileconfig?address=o%27hara%26sons%40example.org'
  const { headers } = await fetch(site.origin + path)
  expect(headers.get('Content-Type')).toMatch(/^application\/x-apple-aspen-config/)
  const root = await read(path)
  expect([root.name, root.attributes, namesIn(root)]).toEqual(['plist', { version: '1.0' }, ['dict']])

  const profile = valueOf(childrenOf(root)[0] as Element) as Record<string, unknown>
  const uuid = /^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/
  expect(profile).toMatchObject({ PayloadType: 'Configuration', PayloadVersion: 1 })
  const [mail] = profile['PayloadContent'] as [Record<string, unknown>]
  for (const payload of [profile, mail]) {
    expect(payload['PayloadUUID']).toMatch(uuid)
    expect(payload['PayloadIdentifier']).toMatch(/^[A-Za-z0-9.-]+$/)
  }
  expect(mail['PayloadUUID']).not.toBe(profile['PayloadUUID'])
  expect(mail).toMatchObject({
    PayloadType: 'com.apple.mail.managed',
    PayloadVersion: 1,
    EmailAccountType: 'EmailTypeIMAP',
    EmailAddress: "o'hara&sons@example.org",
    IncomingMailServerHostName: 'mail.example.org',
    IncomingMailServerPortNumber: 993,
    IncomingMailServerUseSSL: true,
    IncomingMailServerAuthentication: 'EmailAuthPassword',
    IncomingMailServerUsername: "o'hara&sons@example.org",
    OutgoingMailServerHostName: 'mail.example.org',
    OutgoingMailServerPortNumber: 465,
    OutgoingMailServerUseSSL: true,
    OutgoingMailServerAuthentication: 'EmailAuthPassword',
    OutgoingPasswordSameAsIncomingPassword: true,
  })

  // Installed once more, it takes the place of the first.
  expect(valueOf(childrenOf(await read(path))[0] as Element)).toEqual(profile)
})

test('the code on the page leads a phone to the page', async () => {
  const { page } = window
  const shot = await page.locator('svg.qr').screenshot()
  const pixels = await page.evaluate(
    async (bytes) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }))
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
      const context = canvas.getContext('2d')
      context?.drawImage(bitmap, 0, 0)
      const data = context?.getImageData(0, 0, bitmap.width, bitmap.height).data
      return { width: bitmap.width, height: bitmap.height, data: [...(data ?? [])] }
    },
    [...shot],
  )
  const read = jsqr.default(Uint8ClampedArray.from(pixels.data), pixels.width, pixels.height)
  expect(read?.data).toBe(`${site.origin}/mail-program?address=o'hara%26sons%40example.org`)
})

test('ada copies a value with one click, and axe has nothing to say', async () => {
  const { page } = window
  await page.locator('[data-copy]').first().click()
  await page.getByText('Copied').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mail.example.org')
  expect(await violations(page)).toEqual([])
})
