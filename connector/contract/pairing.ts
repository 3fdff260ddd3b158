import * as v from 'valibot'
import { isLoopback } from './database.ts'
import { openFrom, sealTo } from './hpke.ts'

/**
 * How a connector is introduced to the web app: by one line that an operator carries from the web app's page to the
 * mail host. It holds a secret that is good once, and the web app's public key. The connector seals its own public key
 * and the secret to that key, and the web app seals the settings to the connector's: whoever stands between, a proxy
 * that ends TLS too, reads nothing of either and can alter nothing.
 */
const info = 'colombier/pairing/v1'

/** Where the web app takes it, below its origin. */
export const PAIRING_PATH = '/pairing'

export interface PairingLine {
  /** where to send the request */
  url: string
  /** 16 bytes, base64url */
  secret: string
  webPublicKey: string
}

/** In the fragment, which no program sends to a server by itself: neither a log nor a proxy sees it. */
export const pairingLine = (origin: string, secret: string, webPublicKey: string): string =>
  `${origin}${PAIRING_PATH}#${secret}.${webPublicKey}`

/** @returns null when it is no such line; in clear it leads to this machine only */
export function readPairingLine(text: string): PairingLine | null {
  if (!URL.canParse(text)) return null
  const { protocol, origin, pathname, search, hostname, hash } = new URL(text)
  const [, secret, webPublicKey] = /^#([\w-]{22})\.([\w-]{43})$/.exec(hash) ?? []
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')))
  if (!isSafe || pathname !== PAIRING_PATH || search !== '' || secret === undefined || webPublicKey === undefined)
    return null
  return { url: origin + pathname, secret, webPublicKey }
}

const publicKey = v.pipe(v.string(), v.regex(/^[\w-]{43}$/))

/** As it is posted, each a field of a form. */
const request = v.object({ connector: publicKey, sealed: v.pipe(v.string(), v.maxLength(4000)) })
export type PairingRequest = v.InferOutput<typeof request>

const introduction = v.strictObject({
  secret: v.string(),
  /** the name under which the connector reports */
  name: v.pipe(v.string(), v.regex(/^\P{Cc}{1,100}$/u)),
  /** null: it does not know yet */
  mailRoot: v.nullable(v.pipe(v.string(), v.regex(/^\/\P{Cc}{0,253}$/u))),
})
export type Introduction = v.InferOutput<typeof introduction>

const answer = v.strictObject({
  /** what is the same for both programs, by the names of the settings */
  settings: v.record(v.string(), v.string()),
  /** where the web app finds the database, if that is on another machine */
  databaseHost: v.nullable(v.string()),
})
export type PairingAnswer = v.InferOutput<typeof answer>

/**
 * Why the web app refuses. `line`: it is used, over or wrong; `own`: this is the web app's own key; `other`: not that
 * of the connector that it knows; `incomplete`: it does not know its tables yet.
 */
export type PairingRefusal = 'line' | 'own' | 'other' | 'incomplete'

interface ConnectorKeys {
  connectorPrivateKey: string
  connectorPublicKey: string
  webPublicKey: string
}

export async function sealRequest(keys: ConnectorKeys, introduced: Introduction): Promise<PairingRequest> {
  const { connectorPrivateKey: senderPrivateKey, connectorPublicKey: connector, webPublicKey } = keys
  const sealed = await sealTo(
    { senderPrivateKey, recipientPublicKey: webPublicKey },
    { info, associatedData: JSON.stringify(['request', connector]) },
    JSON.stringify(introduced),
  )
  return { connector, sealed }
}

/** @returns null when it is no request, or was not sealed to the web app by whoever has the connector's private key */
export async function openRequest(
  webPrivateKey: string,
  posted: unknown,
): Promise<{ request: PairingRequest; introduced: Introduction } | null> {
  const parsed = v.safeParse(request, posted)
  if (!parsed.success) return null
  const { connector, sealed } = parsed.output
  const plain = await openFrom(
    { recipientPrivateKey: webPrivateKey, senderPublicKey: connector },
    { info, associatedData: JSON.stringify(['request', connector]) },
    sealed,
  )
  const read = plain === null ? null : v.safeParse(introduction, parseJson(plain))
  return read?.success ? { request: parsed.output, introduced: read.output } : null
}

export const sealAnswer = (webPrivateKey: string, to: PairingRequest, given: PairingAnswer): Promise<string> =>
  sealTo(
    { senderPrivateKey: webPrivateKey, recipientPublicKey: to.connector },
    { info, associatedData: JSON.stringify(['answer', to.sealed]) },
    JSON.stringify(given),
  )

/** @returns null when it is not the web app's answer to this very request */
export async function openAnswer(
  keys: ConnectorKeys,
  sent: PairingRequest,
  sealed: string,
): Promise<PairingAnswer | null> {
  const plain = await openFrom(
    { recipientPrivateKey: keys.connectorPrivateKey, senderPublicKey: keys.webPublicKey },
    { info, associatedData: JSON.stringify(['answer', sent.sealed]) },
    sealed,
  )
  const read = plain === null ? null : v.safeParse(answer, parseJson(plain))
  return read?.success ? read.output : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
