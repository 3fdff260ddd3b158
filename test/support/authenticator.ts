import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'

/** What the server sends, as far as it is looked at here. */
interface Asked {
  challenge: string
}

interface Told {
  /** the site that the browser says it is on */
  origin?: string
  /** whether the device asked who holds it */
  isVerified?: boolean
  /** where it is not the next one */
  counter?: number
  crossOrigin?: boolean
}

/**
 * An authenticator and its browser in software (WebAuthn with ES256 and no attestation), which also does what no real
 * one does: lie about the site, count backwards, answer twice.
 */
export class Authenticator {
  readonly #origin: string
  readonly #keys: { privateKey: KeyObject; publicKey: KeyObject }
  readonly id = randomBytes(16)
  counter = 0

  constructor(origin: string) {
    this.#origin = origin
    this.#keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  }

  /** The answer to being asked for a new passkey, as a page sends it. */
  create(asked: Asked, told: Told = {}): string {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' })
    const key = cborMap([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.id.length)
    const credential = Buffer.concat([Buffer.alloc(16), length, this.id, key])
    const data = Buffer.concat([this.#data({ ...told, counter: 0 }, 0x40), credential])
    const attestation = cborMap([
      ['fmt', 'none'],
      ['attStmt', new Map<string, unknown>()],
      ['authData', data],
    ])
    return this.#answer({
      clientDataJSON: this.#client('webauthn.create', asked, told).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal', 'hybrid'],
    })
  }

  /** The answer to being asked to show it. */
  get(asked: Asked, told: Told = {}): string {
    const client = this.#client('webauthn.get', asked, told)
    const data = this.#data({ ...told, counter: told.counter ?? ++this.counter }, 0)
    const signature = createSign('sha256')
      .update(Buffer.concat([data, createHash('sha256').update(client).digest()]))
      .sign(this.#keys.privateKey)
    return this.#answer({
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signature.toString('base64url'),
    })
  }

  #client(type: string, { challenge }: Asked, { origin = this.#origin, crossOrigin = false }: Told): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin }))
  }

  #data({ isVerified = true, counter = 0 }: Told, flags: number): Buffer {
    const site = createHash('sha256').update(new URL(this.#origin).hostname).digest()
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([site, Buffer.from([flags | 1 | (isVerified ? 4 : 0)]), count])
  }

  #answer(response: Record<string, unknown>): string {
    const id = this.id.toString('base64url')
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} })
  }
}

type Cbor = number | string | Buffer | Map<string, unknown>

/** As much of CBOR (RFC 8949) as there is in the above. */
function cborMap(entries: [number | string, Cbor][]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat().map(cbor)])
}

function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)
  if (typeof value === 'string') return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([cborHead(2, value.length), value])
  return cborHead(5, 0)
}

function cborHead(kind: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(kind << 5) | value])
  if (value < 256) return Buffer.from([(kind << 5) | 24, value])
  return Buffer.from([(kind << 5) | 25, value >> 8, value & 255])
}
