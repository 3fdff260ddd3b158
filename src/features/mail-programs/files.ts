import { createHash } from 'node:crypto'
import type { MailClientPattern, MailServer } from '../../lib/mail-client.ts'
import { xml, type Xml } from '../../lib/xml.ts'

/** What mail programs read for themselves. None of it says whether there is such a mailbox. */

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

/**
 * Thunderbird's, which many others read too (draft-ietf-mailmaint-autoconfig).
 * @param pattern with the placeholders of a user name still in it
 */
export function thunderbirdFile(domain: string, { imap, pop3, smtp, user, webmail }: MailClientPattern): string {
  const login = user
    .replaceAll('{address}', '%EMAILADDRESS%')
    .replaceAll('{local}', '%EMAILLOCALPART%')
    .replaceAll('{domain}', '%EMAILDOMAIN%')
  const parts = ({ host, port, security }: MailServer) => xml`
      <hostname>${host}</hostname>
      <port>${port}</port>
      <socketType>${security === 'tls' ? 'SSL' : 'STARTTLS'}</socketType>
      <authentication>password-cleartext</authentication>
      <username>${login}</username>`
  const incoming = (type: string, server: MailServer | null) =>
    server &&
    xml`
    <incomingServer type="${type}">${parts(server)}
    </incomingServer>`
  // Nobody's own address stands in this file.
  const page =
    webmail !== null && !/\{(?:address|local)\}/.test(webmail) ? webmail.replaceAll('{domain}', domain) : null

  return (
    declaration +
    xml`<clientConfig version="1.1">
  <emailProvider id="${domain}">
    <domain>${domain}</domain>
    <displayName>${domain}</displayName>
    <displayShortName>${domain}</displayShortName>${incoming('imap', imap)}${incoming('pop3', pop3)}${
      smtp &&
      xml`
    <outgoingServer type="smtp">${parts(smtp)}
    </outgoingServer>`
    }
  </emailProvider>${
    page &&
    xml`
  <webMail>
    <loginPage url="${page}"/>
  </webMail>`
  }
</clientConfig>
`.text
  )
}

const envelope = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006'
/** The schema of Outlook's own settings, the only one there is here. */
export const OUTLOOK_SCHEMA = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'

/** Outlook's ([MS-OXDSCLI]). */
export function outlookFile({ imap, pop3, smtp, user }: MailClientPattern): string {
  const protocol = (type: string, server: MailServer | null) =>
    server &&
    xml`
      <Protocol>
        <Type>${type}</Type>
        <Server>${server.host}</Server>
        <Port>${server.port}</Port>
        <DomainRequired>off</DomainRequired>
        <LoginName>${user}</LoginName>
        <SPA>off</SPA>
        <SSL>on</SSL>
        <Encryption>${server.security === 'tls' ? 'SSL' : 'TLS'}</Encryption>
        <AuthRequired>on</AuthRequired>
      </Protocol>`
  return (
    declaration +
    xml`<Autodiscover xmlns="${envelope}">
  <Response xmlns="${OUTLOOK_SCHEMA}">
    <Account>
      <AccountType>email</AccountType>
      <Action>settings</Action>${protocol('IMAP', imap)}${protocol('POP3', pop3)}${protocol('SMTP', smtp)}
    </Account>
  </Response>
</Autodiscover>
`.text
  )
}

/** Tells Outlook why it gets no file: 500 not an address of ours, 600 an unreadable request, 601 another schema. */
export const outlookRefusal = (code: 500 | 600 | 601, at: Date): string =>
  declaration +
  xml`<Autodiscover xmlns="${envelope}">
  <Response>
    <Error Time="${at.toISOString().slice(11, 23)}" Id="0">
      <ErrorCode>${code}</ErrorCode>
      <Message>${{ 500: 'Not an address of this server', 600: 'Invalid request', 601: 'Schema not available' }[code]}</Message>
      <DebugData/>
    </Error>
  </Response>
</Autodiscover>
`.text

/**
 * A profile for iPhone, iPad and Mac (Apple's "Configuration Profile Reference"), without a password: that is entered
 * during installation. Null without a server in each direction, because Apple needs both.
 */
export function appleFile(
  address: string,
  { imap, pop3, smtp, user }: MailClientPattern,
  texts: { name: string; description: string },
): string | null {
  const incoming = imap ?? pop3
  if (incoming === null || smtp === null) return null

  const id = (part: string) => uuidOf(`${address} ${part}`)
  const host = incoming.host.split('.').reverse().join('.')
  const values: [string, string | number | boolean][] = [
    ['PayloadType', 'com.apple.mail.managed'],
    ['PayloadVersion', 1],
    ['PayloadIdentifier', `${host}.${id('mail')}`],
    ['PayloadUUID', id('mail')],
    ['PayloadDisplayName', texts.name],
    ['EmailAccountType', imap ? 'EmailTypeIMAP' : 'EmailTypePOP'],
    ['EmailAccountDescription', address],
    ['EmailAddress', address],
    ...serverOf('Incoming', incoming, user),
    ...serverOf('Outgoing', smtp, user),
    ['OutgoingPasswordSameAsIncomingPassword', true],
  ]
  return (
    declaration +
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n' +
    xml`<plist version="1.0">
<dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadIdentifier</key><string>${host}.${id('profile')}</string>
  <key>PayloadUUID</key><string>${id('profile')}</string>
  <key>PayloadDisplayName</key><string>${texts.name}</string>
  <key>PayloadDescription</key><string>${texts.description}</string>
  <key>PayloadContent</key>
  <array>
    <dict>${values.map(
      ([key, value]) => xml`
      <key>${key}</key>${plistValue(value)}`,
    )}
    </dict>
  </array>
</dict>
</plist>
`.text
  )
}

// Apple's programs ask for STARTTLS by themselves at a port that is not one of TLS alone.
const serverOf = (direction: 'Incoming' | 'Outgoing', { host, port }: MailServer, user: string) =>
  [
    [`${direction}MailServerHostName`, host],
    [`${direction}MailServerPortNumber`, port],
    [`${direction}MailServerUseSSL`, true],
    [`${direction}MailServerUsername`, user],
    [`${direction}MailServerAuthentication`, 'EmailAuthPassword'],
  ] satisfies [string, string | number | boolean][]

function plistValue(value: string | number | boolean): Xml {
  if (typeof value === 'boolean') return value ? xml`<true/>` : xml`<false/>`
  return typeof value === 'number' ? xml`<integer>${value}</integer>` : xml`<string>${value}</string>`
}

/** The same for the same text, so that a profile installed again replaces the first (RFC 9562, 5.8). */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(`colombier ${text}`).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex').toUpperCase()
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
