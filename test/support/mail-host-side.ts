import {
  openAnswer,
  readPairingLine,
  sealRequest,
  type PairingAnswer,
  type PairingLine,
} from '../../connector/contract/pairing.ts'
import { generateSealKeys, type SealKeyPair } from '../../connector/contract/seal.ts'
import type { Answer, Browser } from './browser.ts'

/** The line in a page, as an operator copies it. */
export function lineIn(html: string): PairingLine {
  const [, text = ''] = /colombier-connector pair (?:&#39;|')([^&']+)(?:&#39;|')/.exec(html) ?? []
  const line = readPairingLine(text.replace('http://colombier.test', 'https://colombier.test'))
  if (line === null) throw new Error(`no line: ${text}`)
  return line
}

/** Does what `colombier-connector pair` does on its mail host, without writing anything. */
export async function pairBy(
  visitor: Browser,
  line: PairingLine,
  { keys, ...introduced }: { keys?: SealKeyPair; name?: string; mailRoot?: string | null; secret?: string } = {},
): Promise<{ answer: Answer; given: PairingAnswer | null; publicKey: string }> {
  const { privateKey, publicKey } = keys ?? (await generateSealKeys())
  const own = { connectorPrivateKey: privateKey, connectorPublicKey: publicKey, webPublicKey: line.webPublicKey }
  const said = { secret: line.secret, name: 'mail.example.org', mailRoot: '/srv/mail', ...introduced }
  const request = await sealRequest(own, said)
  const answer = await visitor.post('/pairing', { ...request })
  const given = answer.status === 200 ? await openAnswer(own, request, answer.html) : null
  return { answer, given, publicKey }
}
