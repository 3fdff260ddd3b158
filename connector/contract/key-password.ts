import { createHash } from 'node:crypto'

/**
 * Dovecot's own expression for the key password, as it stands in the passdb query, and the function that computes the
 * same. Filters as Dovecot 2.4's settings variables define them, each compared with a real Dovecot by the lab's tests.
 */
type DeriveKeyPassword = (password: string) => string

type Value = { bytes: Buffer; printable: boolean }
type Filter = (value: Value) => Value

const digests = ['md5', 'sha1', 'sha256', 'sha384', 'sha512']

/** Not one of the expressions that can be computed here. The message names the part that can't. */
export class KeyPasswordError extends Error {
  override name = 'KeyPasswordError'
}

/**
 * Reads an expression such as `%{password | sha256 | hexlify}`: text, and `%{password | filter | …}` once or more.
 * @returns the function from login password to key password
 * @throws KeyPasswordError for anything that cannot be reproduced, `hex` (which gives an empty string) among them
 */
export function parseKeyPasswordExpression(expression: string): DeriveKeyPassword {
  const parts = expression.split(/(%\{[^{}]*\})/).filter((part) => part !== '')
  if (!parts.some((part) => part.startsWith('%{'))) {
    throw new KeyPasswordError('The key password expression has no %{password …} in it: every mailbox would share one')
  }

  const pieces = parts.map((part): ((password: string) => string) => {
    if (!part.startsWith('%{')) {
      // Quotes and backslashes mean something to SQL and to Dovecot's configuration around it.
      if (!/^[ !#$&(-[\]-z|~]*$/.test(part)) {
        throw new KeyPasswordError(
          'The key password expression has a stray %, brace, quote, backslash or control character',
        )
      }
      return () => part
    }
    const [variable = '', ...filters] = splitPipe(part.slice(2, -1))
    if (variable !== 'password') throw new KeyPasswordError(`%{${variable}} is not %{password}`)
    const steps = filters.map(parseFilter)
    const probe = run(steps, 'probe')
    if (!probe.printable)
      throw new KeyPasswordError('The key password expression ends in raw bytes: add hexlify or base64')

    return (password) => run(steps, password).bytes.toString('utf8')
  })

  return (password) => pieces.map((piece) => piece(password)).join('')
}

const run = (steps: Filter[], password: string): Value =>
  steps.reduce<Value>((value, step) => step(value), { bytes: Buffer.from(password, 'utf8'), printable: true })

/** Splits at `|`, but not inside the double quotes of an argument. */
const splitPipe = (text: string): string[] => splitOutsideQuotes(text, '|').map((piece) => piece.trim())

function splitOutsideQuotes(text: string, separator: string): string[] {
  const pieces = ['']
  let quoted = false
  for (const character of text) {
    if (character === '"') quoted = !quoted
    if (character === separator && !quoted) pieces.push('')
    else pieces.push(`${pieces.pop() ?? ''}${character}`)
  }
  return pieces
}

function parseFilter(text: string): Filter {
  const [, name = '', rawArguments = ''] = /^([a-z0-9]+)(?:\((.+)\))?$/.exec(text) ?? []

  if (digests.includes(name)) return digest(name, rawArguments, text)
  if (rawArguments !== '') throw new KeyPasswordError(`The filter ${text} cannot be reproduced here`)
  switch (name) {
    case 'hexlify':
      return ({ bytes }) => ({ bytes: Buffer.from(bytes.toString('hex')), printable: true })
    case 'base64':
      return ({ bytes }) => ({ bytes: Buffer.from(bytes.toString('base64')), printable: true })
    case 'hex':
      throw new KeyPasswordError('hex is for numbers: it turns a digest into an empty string. Use hexlify')
    default:
      throw new KeyPasswordError(`The filter ${text} cannot be reproduced here`)
  }
}

/** Dovecot's `sha256(rounds=N,salt="s")`: N times, value = sha256(s + value). It is not PBKDF2. */
function digest(algorithm: string, rawArguments: string, text: string): Filter {
  let rounds = 1
  let salt = Buffer.alloc(0)
  for (const argument of rawArguments === '' ? [] : splitOutsideQuotes(rawArguments, ',')) {
    const [, givenRounds] = /^\s*rounds\s*=\s*([1-9]\d{0,6})\s*$/.exec(argument) ?? []
    const [, givenSalt] = /^\s*salt\s*=\s*"([^"\\]*)"\s*$/.exec(argument) ?? []
    if (givenRounds !== undefined) rounds = Number(givenRounds)
    else if (givenSalt !== undefined) salt = Buffer.from(givenSalt, 'utf8')
    else throw new KeyPasswordError(`The filter ${text} cannot be reproduced here`)
  }

  return ({ bytes }) => {
    let value = bytes
    for (let round = 0; round < rounds; round++) {
      value = createHash(algorithm).update(salt).update(value).digest()
    }
    return { bytes: value, printable: false }
  }
}
