import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import * as v from 'valibot'
import type { Config } from '../config.ts'
import {
  findPasskey,
  insertChallenge,
  listCredentialIds,
  takeChallenge,
  type ChallengePurpose,
  type Passkey,
} from '../db/passkeys.ts'
import type { Db } from '../db/store.ts'
import { once } from '../lib/once.ts'

/** Loaded when the first passkey is made or shown: it has certificates and their formats with it. */
const library = once(() => import('@simplewebauthn/server'))

// EdDSA, ES256, RS256: the same, whatever this Node could check besides.
const algorithms = [-8, -7, -257]

type Parts = { pool: Db; config: Pick<Config, 'origin' | 'passkeyHost'> }

/** Who is asked: where nobody is signed in yet, a passkey says who it is. */
interface Asked {
  purpose: ChallengePurpose
  session: Buffer | null
  /** null: anybody's */
  accountId: number | null
}

const credentialsOf = async (db: Db, accountId: number) =>
  (await listCredentialIds(db, accountId)).map(({ credentialId, transports }) => ({
    id: credentialId.toString('base64url'),
    transports: splitTransports(transports),
  }))

const splitTransports = (transports: string) => transports.split(',').filter(Boolean) as AuthenticatorTransport[]

/** What a browser makes a new passkey with. */
export async function askForNewPasskey(
  { pool, config }: Parts,
  { id, email }: { id: number; email: string },
  session: Buffer,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await library()
  const options = await generateRegistrationOptions({
    rpName: 'Colombier',
    rpID: config.passkeyHost ?? '',
    userName: email,
    userDisplayName: email,
    // It names nobody, and stays the same.
    userID: Uint8Array.from(Buffer.from(`colombier ${id}`)),
    attestationType: 'none',
    excludeCredentials: await credentialsOf(pool, id),
    // Where the device can, the passkey is found without an address, and by the lock of the device.
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    supportedAlgorithmIDs: algorithms,
  })
  await insertChallenge(pool, options.challenge, 'enrolment', session)
  return options
}

/** What a browser shows a passkey with. */
export async function askForPasskey(
  { pool, config }: Parts,
  { purpose, session, accountId }: Asked,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await library()
  const options = await generateAuthenticationOptions({
    rpID: config.passkeyHost ?? '',
    ...(accountId !== null && { allowCredentials: await credentialsOf(pool, accountId) }),
    // Beside a password it is enough to have it. Alone, the device must know who holds it.
    userVerification: purpose === 'second_factor' ? 'discouraged' : 'required',
  })
  await insertChallenge(pool, options.challenge, purpose, session)
  return options
}

/** The new passkey that a browser sends; null when it is not what was asked for, or was sent before. */
export async function readNewPasskey(
  { pool, config }: Parts,
  session: Buffer,
  text: string,
): Promise<Omit<Passkey, 'id' | 'accountId'> | null> {
  const answer = readAnswer(text)
  if (answer === null || !(await takeChallenge(pool, answer.challenge, 'enrolment', session))) return null

  const { verifyRegistrationResponse } = await library()
  const verified = await verifyRegistrationResponse({
    response: answer.response as unknown as RegistrationResponseJSON,
    expectedChallenge: answer.challenge,
    expectedOrigin: config.origin,
    expectedRPID: config.passkeyHost ?? '',
    requireUserVerification: false,
    supportedAlgorithmIDs: algorithms,
  }).catch(() => null)
  if (!verified?.verified) return null
  const { id, publicKey, counter, transports = [] } = verified.registrationInfo.credential
  return {
    credentialId: Buffer.from(id, 'base64url'),
    publicKey: Buffer.from(publicKey),
    counter,
    transports: transports
      .filter((one) => /^[a-z-]{1,20}$/.test(one))
      .slice(0, 5)
      .join(','),
  }
}

/**
 * The passkey that a browser shows, and its counter, which the caller writes down. Null when it is nobody's, or not
 * that of who is asked, or does not sign what was asked, here, once.
 */
export async function readPasskey(
  { pool, config }: Parts,
  { purpose, session, accountId }: Asked,
  text: string,
): Promise<{ passkey: Passkey; counter: number } | null> {
  const answer = readAnswer(text)
  if (answer === null || !(await takeChallenge(pool, answer.challenge, purpose, session))) return null
  const passkey = await findPasskey(pool, Buffer.from(answer.response.id, 'base64url'))
  if (passkey === null || (accountId !== null && passkey.accountId !== accountId)) return null

  const { verifyAuthenticationResponse } = await library()
  const verified = await verifyAuthenticationResponse({
    response: answer.response as unknown as AuthenticationResponseJSON,
    expectedChallenge: answer.challenge,
    expectedOrigin: config.origin,
    expectedRPID: config.passkeyHost ?? '',
    requireUserVerification: purpose !== 'second_factor',
    credential: {
      id: passkey.credentialId.toString('base64url'),
      publicKey: Uint8Array.from(passkey.publicKey),
      counter: passkey.counter,
      transports: splitTransports(passkey.transports),
    },
  }).catch(() => null)
  return verified?.verified ? { passkey, counter: verified.authenticationInfo.newCounter } : null
}

// What the library reads of it, it checks itself.
const answerShape = v.looseObject({
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,1364}$/)),
  type: v.literal('public-key'),
  response: v.looseObject({ clientDataJSON: v.pipe(v.string(), v.regex(/^[\w-]+$/)) }),
})
const clientDataShape = v.looseObject({ challenge: v.string(), crossOrigin: v.optional(v.literal(false)) })

/** The answer, and the challenge that it says it is to. Null for what is none, or was made in another site's frame. */
function readAnswer(text: string) {
  const response = parse(answerShape, text)
  if (response === null) return null
  const data = parse(clientDataShape, Buffer.from(response.response.clientDataJSON, 'base64url').toString())
  return data && { response: { ...response, clientExtensionResults: {} }, challenge: data.challenge }
}

function parse<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> | null {
  try {
    const read = v.safeParse(schema, JSON.parse(text))
    return read.success ? read.output : null
  } catch {
    return null
  }
}
