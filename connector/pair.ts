import { constants, existsSync } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { request as requestInClear } from 'node:http'
import { request as requestOverTls } from 'node:https'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseEnv } from 'node:util'
import { createConnection } from 'mysql2/promise'
import * as v from 'valibot'
import { ConfigError } from './config.ts'
import { connectionOptions, databaseEntries, explainFailure, isLoopback } from './contract/database.ts'
import { isCredential } from './contract/credential-files.ts'
import { setVariables } from './contract/env-text.ts'
import {
  openAnswer,
  readPairingLine,
  sealRequest,
  type PairingAnswer,
  type PairingRefusal,
} from './contract/pairing.ts'
import { readPassword } from './contract/read-password.ts'
import { replaceFile } from './contract/replace-file.ts'
import { doctor } from './doctor.ts'
import { createDoveadm } from './doveadm.ts'
import { readMailRoot } from './dovecot-configuration.ts'
import { makeKey } from './keygen.ts'
import { presetEntries } from './mapping/presets/index.ts'
import { mappingEntries } from './mapping/settings.ts'
import { runProgram } from './program.ts'
import { codeOf } from './reason.ts'

interface Options {
  /** replaces settings that are there without a question */
  force: boolean
  /** makes a pass every two minutes, in place of staying up */
  timer: boolean
  databaseHost?: string | undefined
  databaseCa?: string | undefined
  mailRoot?: string | undefined
}

type Settings = Record<string, string | undefined>

const ofMapping = [...Object.keys(presetEntries), ...Object.keys(mappingEntries)]
/** What the web app may say. Programs and files of this host are none of its business. */
const fromWebApp = [...ofMapping, 'DATABASE_NAME', 'DATABASE_PORT', 'SEAL_WEB_PUBLIC_KEY']
const sockets = ['/run/mysqld/mysqld.sock', '/var/lib/mysql/mysql.sock']

const say = (text: string) => process.stdout.write(`${text}\n`)

/**
 * Fetches this connector's settings from the web app, makes its key, writes the settings, and starts it if the doctor
 * finds nothing to mend. Killed anywhere it can be run again, with a new line once the first one was used.
 * @param env the environment, which goes before the settings
 * @returns the exit status
 * @throws ConfigError
 */
export async function pair(env: NodeJS.ProcessEnv, given: string | undefined, options: Options): Promise<number> {
  const line = readPairingLine(given ?? (await readPassword('The line that the web app shows: ')).replaceAll("'", ''))
  if (line === null) {
    throw new ConfigError("this is no line to pair with: copy it whole, with its quotes, as in 'https://…/pairing#…'")
  }
  const file = env['COLOMBIER_CONNECTOR_SETTINGS'] ?? '/etc/colombier/connector.env'
  const before = await readSettings(file)
  await access(existsSync(file) ? file : dirname(file), constants.W_OK).catch(() => {
    throw new ConfigError(`${file} cannot be written: run this as root`)
  })
  await access(dirname(file), constants.W_OK).catch(() => {
    throw new ConfigError(`${dirname(file)} cannot be written: run this as root`)
  })
  const set: Settings = { ...before.set, ...env }
  const there = ['SEAL_WEB_PUBLIC_KEY', ...ofMapping].filter((name) => before.set[name])
  if (there.length > 0 && !options.force && !(await mayReplace(file, there))) {
    throw new ConfigError(`${file} has settings and is left as it is; --force replaces them`)
  }
  // Asked for before the line is used, so that whoever has yet to look for it can come back.
  const kept = before.set['DATABASE_PASSWORD']
  const password = kept && !isCredential(kept) ? kept : await readPassword('Password of colombier_connector: ')
  const mailRoot = options.mailRoot ?? (set['MAIL_ROOT'] || (await findMailRoot(set)))

  const keyFile = set['SEAL_PRIVATE_KEY_FILE'] || join(dirname(file), 'connector.key')
  const { privateKey, publicKey } = await makeKey(keyFile)
  const keys = { connectorPrivateKey: privateKey, connectorPublicKey: publicKey, webPublicKey: line.webPublicKey }
  const request = await sealRequest(keys, {
    secret: line.secret,
    name: set['CONNECTOR_NAME'] || hostname(),
    mailRoot: mailRoot ?? null,
  })
  const answer = await openAnswer(keys, request, await post(line.url, request))
  if (answer === null) throw new ConfigError(`what answers at ${line.url} is not the web app that showed this line`)

  const changes: Record<string, string | null> = {
    ...Object.fromEntries(ofMapping.filter((name) => before.set[name] !== undefined).map((name) => [name, null])),
    ...Object.fromEntries(Object.entries(answer.settings).filter(([name]) => fromWebApp.includes(name))),
    SEAL_WEB_PUBLIC_KEY: line.webPublicKey,
    SEAL_PRIVATE_KEY_FILE: keyFile,
    DATABASE_USER: before.set['DATABASE_USER'] || 'colombier_connector',
    DATABASE_PASSWORD: kept || password,
    ...(mailRoot !== undefined && { MAIL_ROOT: mailRoot }),
    ...(options.databaseHost !== undefined && { DATABASE_HOST: options.databaseHost, DATABASE_SOCKET: null }),
    ...(options.databaseCa !== undefined && { DATABASE_TLS_CA: options.databaseCa }),
  }
  const typed = { DATABASE_PASSWORD: password }
  const place = await findDatabase({ ...before.set, ...withoutNull(changes), ...typed, ...env }, answer)
  const written = { ...(await write(file, { ...changes, ...place })), ...typed }
  say(`${file} is written.`)

  const status = await doctor({ ...written, ...env })
  return status === 0 ? start(options, { ...written, ...env }) : sayHowToStart(options, status)
}

const withoutNull = (changes: Record<string, string | null>): Settings =>
  Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value ?? undefined]))

async function readSettings(file: string): Promise<{ text: string; set: Settings }> {
  try {
    const text = await readFile(file, 'utf8')
    return { text, set: parseEnv(text) }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { text: '', set: {} }
    throw new ConfigError(`${file} cannot be read (${codeOf(error)}): run this as root`)
  }
}

async function write(file: string, changes: Record<string, string | null>): Promise<Settings> {
  const { text } = await readSettings(file)
  const changed = setVariables(text, changes)
  if (changed === null) throw new ConfigError(`${file} cannot be changed: it has lines that Node reads otherwise`)
  await replaceFile(file, changed, 0o600)
  return parseEnv(changed)
}

async function mayReplace(file: string, names: string[]): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const said = await lines.question(`${file} already sets ${names.join(', ')}. Replace what differs? [y/N] `)
    return /^y(es)?$/i.test(said.trim())
  } finally {
    lines.close()
  }
}

/** The folder below which Dovecot has its homes; undefined where that is the usual one, or cannot be seen. */
async function findMailRoot(set: Settings): Promise<string | undefined> {
  const doveadm = createDoveadm({
    program: set['DOVEADM'] || '/usr/bin/doveadm',
    config: set['DOVECOT_CONFIG'] || '/etc/dovecot/dovecot.conf',
    timeoutSeconds: 20,
    runFolder: set['RUN_FOLDER'] || '/run/colombier-connector',
  })
  const text = await doveadm.readConfiguration().catch(() => '')
  const found = readMailRoot(text)
  const isThere = found !== null && (await stat(found).catch(() => null))?.isDirectory()
  return isThere ? found : undefined
}

const mostAnswerBytes = 200_000

/** @throws ConfigError in the words of whoever has to mend it */
async function post(url: string, form: Record<string, string>): Promise<string> {
  const { origin, protocol } = new URL(url)
  const body = new URLSearchParams(form).toString()
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const send = protocol === 'https:' ? requestOverTls : requestInClear
    const request = send(
      url,
      {
        method: 'POST',
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': Buffer.byteLength(body),
          // As a browser says it that sends a form of the web app's own.
          Origin: origin,
        },
        signal: AbortSignal.timeout(20_000),
        // Whoever has the certificate sees a sealed text and can alter nothing: the line has the key that the other
        // side must have. So a certificate of an authority that this host does not know will do.
        rejectUnauthorized: false,
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
          if (text.length > mostAnswerBytes) request.destroy(new Error('The answer is too long'))
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end(body)
  }).catch((error: unknown) => {
    throw new ConfigError(
      `${origin} does not answer (${codeOf(error)}): see that this host reaches it, or do it by hand, as the page says`,
    )
  })
  if (status === 200) return text
  throw new ConfigError(isRefusal(text) ? refusals[text] : `${origin} answers ${status}${hintOf(status)}`)
}

const isRefusal = (text: string): text is PairingRefusal => Object.hasOwn(refusals, text)

const refusals: Record<PairingRefusal, string> = {
  line: 'the line was used, is over after its ten minutes, or is not whole: let the page show a new one',
  own: 'this is the web app’s own key: the connector needs another file in SEAL_PRIVATE_KEY_FILE',
  other:
    'the web app knows another connector’s key: copy /etc/colombier/connector.key from that mail host to this one first',
  incomplete:
    'the web app has no tables yet: go through the steps of /setup before this one, then let it show a new line',
}

const hintOf = (status: number): string => {
  if (status === 429) return ': too many wrong lines came from here, so wait a while'
  if (status === 503) return ': it waits for its database; try again in a moment'
  return ': is that the address of the web app, and is it of this version?'
}

/**
 * Where the connector reaches the database, if that has to be written down: the settings say nothing of it, and it is
 * not at its usual place. The web app's way to it is tried last, since it need not be the mail host's.
 */
async function findDatabase(set: Settings, { databaseHost }: PairingAnswer): Promise<Record<string, string>> {
  if (set['DATABASE_HOST'] || set['DATABASE_SOCKET']) return {}
  const socket = sockets.find((path) => existsSync(path))
  const places: Record<string, string>[] = [
    {},
    ...(socket === undefined ? [] : [{ DATABASE_SOCKET: socket }]),
    ...(databaseHost === null || isLoopback(databaseHost) ? [] : [{ DATABASE_HOST: databaseHost }]),
  ]
  for (const place of places) {
    const failure = await failureOf({ ...set, ...place })
    if (failure === null) return place
    say(`No database at ${place['DATABASE_SOCKET'] ?? place['DATABASE_HOST'] ?? '127.0.0.1'}: ${failure}.`)
  }
  say('Where is it? Give --database-host NAME, and --database-ca FILE where its certificate is of your own authority.')
  return {}
}

/** Why no connection comes about; null when one does. */
async function failureOf(set: Settings): Promise<string | null> {
  try {
    const options = connectionOptions(v.parse(v.object(databaseEntries), set))
    await (await createConnection(options)).end()
    return null
  } catch (error) {
    const code = codeOf(error)
    // Of our own words, which name settings and no value.
    return code === 'unknown' && error instanceof Error ? error.message : explainFailure(code).what
  }
}

const unitOf = ({ timer }: Options) => (timer ? 'colombier-connector.timer' : 'colombier-connector-watch.service')
const commandOf = (options: Options) => `systemctl enable --now ${unitOf(options)}`

function sayHowToStart(options: Options, status: number): number {
  say(`Mend what the doctor says, and run colombier-connector doctor again. Then: ${commandOf(options)}`)
  return status
}

async function start(options: Options, set: Settings): Promise<number> {
  const unit = unitOf(options)
  if (!existsSync('/run/systemd/system')) {
    say(
      'There is no systemd here: let something run colombier-connector run --watch, or cron a pass every two minutes.',
    )
    return 0
  }
  const lacking = [
    !set['DATABASE_SOCKET'] &&
      !isLoopback(set['DATABASE_HOST'] || '127.0.0.1') &&
      'IPAddressAllow= with the address of the database and of the name server',
    !/^\/(?:var|srv|home)\//.test(set['MAIL_ROOT'] || '/var/vmail') &&
      'ReadWritePaths= with the folder above MAIL_ROOT',
  ].filter((one) => one !== false)
  if (lacking.length > 0) {
    say(`${unit.replace('timer', 'service')} is not started yet, since it forbids what is needed here.`)
    say(`Add by systemctl edit, below [Service]: ${lacking.join('; ')}. Then: ${commandOf(options)}`)
    return 0
  }
  const args = ['enable', '--now', unit]
  const { code } = await runProgram('systemctl', args, { name: 'systemctl', timeoutSeconds: 60 })
  if (code === 0) say(`${unit} is started, and will be after each boot.`)
  else say(`systemctl ended with ${code}. Look why with systemctl status ${unit}, then: ${commandOf(options)}`)
  return code === 0 ? 0 : 1
}
