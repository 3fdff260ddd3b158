import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isUserForDoveadm } from './contract/doveadm-address.ts'
import { normalHome } from './home-path.ts'
import { removeOld } from './notes.ts'
import { MailHostError, runProgram, type Finished } from './program.ts'

export { MailHostError } from './program.ts'

/**
 * How doveadm is called: for one named user, never `-A`. Exit codes as measured on Dovecot 2.4.1: 0 done, 65 data
 * error, 67 no such user, 75 try again later.
 */
interface DoveadmSettings {
  program: string
  config: string
  timeoutSeconds: number
  runFolder: string
}

/** The address, or the name of the log-in, is one we never pass to doveadm, so trying again cannot help. */
export class AddressNotForDoveadm extends MailHostError {
  override name = 'AddressNotForDoveadm'
}

export type KeyAnswer = 'opened' | 'refused' | 'no_key'

/** Bytes. Dovecot's auth process refuses commands of more than a kilobyte. */
const longestFlush = 700

const exit = { ok: 0, data: 65, noUser: 67 }

export function createDoveadm(settings: DoveadmSettings) {
  /** @param name the command's name for messages, since an argument may be the path of a secret's file */
  const run = (name: string, args: string[], input = '', mostBytes = 20_000): Promise<Finished> =>
    runProgram(settings.program, args, {
      name: `doveadm ${name}`,
      timeoutSeconds: settings.timeoutSeconds,
      input,
      mostBytes,
    })

  /** For output of which no line may be missed. @throws MailHostError when it is longer than expected */
  const runComplete = async (name: string, args: string[], mostBytes: number): Promise<Finished> => {
    const finished = await run(name, args, '', mostBytes)
    if (!finished.isComplete) throw new MailHostError(`doveadm ${name} said more than ${mostBytes} bytes`)
    return finished
  }

  // Some commands exit with 0 although they failed, and report the error only in words.
  const expectOk = async (name: string, args: string[]) => {
    const { code, output } = await run(name, args)
    if (code !== exit.ok || output.includes('Error: ')) throw new MailHostError(`doveadm ${name} ended with ${code}`)
  }

  /**
   * The outcome is read from the number of keys and the message as well as from the exit code, which is also 0 for a
   * mailbox without a key and for one whose keys cannot be read.
   */
  const changeKeyPassword = async (user: string, oldPassword: string, newPassword: string): Promise<KeyAnswer> => {
    const { code, output } = await run(
      'mailbox cryptokey password',
      ['mailbox', 'cryptokey', 'password', '-u', checked(user), '-O', '-N'],
      `${oldPassword}\n${newPassword}\n${newPassword}\n`,
    )
    if (code === exit.data && /dcrypt_key_load_private\(\w+\) failed/.test(output)) return 'refused'
    const [, keys] = /Changed password for (\d+) key/.exec(output) ?? []
    if (code !== exit.ok || keys === undefined || (keys === '0' && output.includes('Error: '))) {
      throw new MailHostError(`doveadm mailbox cryptokey password ended with ${code}`)
    }
    return keys === '0' ? 'no_key' : 'opened'
  }

  return {
    /** Dovecot's version and its non-default settings, as `doveconf -n` prints them, without passwords. */
    async readConfiguration(): Promise<string> {
      const { code, output } = await runComplete('config', ['-c', settings.config, 'config', '-n'], 1_000_000)
      if (code !== exit.ok) throw new MailHostError(`doveadm config ended with ${code}`)
      return output
    },

    /** The user's home according to the mail host's userdb; null when there is no such user. */
    async findHome(user: string): Promise<string | null> {
      const { code, answer } = await runComplete('user', ['user', '-f', 'home', '--', checked(user)], 20_000)
      if (code === exit.noUser) return null
      if (code !== exit.ok) throw new MailHostError(`doveadm user ended with ${code}`)
      return normalHome(answer.replace(/\n$/, ''))
    },

    /**
     * One home for each user that the mail host knows, in no order. Names that doveadm would take for a mask are left
     * out.
     */
    async listHomes(users: string[]): Promise<string[]> {
      const known = users.filter((user) => /^[^\s*?\p{Cc}-][^\s*?\p{Cc}]*$/u.test(user))
      if (known.length === 0) return []
      const { code, answer } = await runComplete('user', ['user', '-f', 'home', ...known], 2_000_000)
      if (code !== exit.ok && code !== exit.noUser) throw new MailHostError(`doveadm user ended with ${code}`)
      const lines = answer.split('\n').filter((line) => line.startsWith('/'))
      return lines.map(normalHome)
    },

    /** Whether a passdb lets the user in with this password over this protocol. False also where one of them fails. */
    async letsIn(user: string, password: string, protocol: string): Promise<boolean> {
      const args = ['auth', 'test', '-x', `protocol=${protocol}`, '--', checked(user)]
      return (await run('auth test', args, password)).code === exit.ok
    },

    /** The key password that Dovecot derives from this password; null when it lets nobody in by it, or derives none. */
    async deriveKeyPassword(user: string, password: string): Promise<string | null> {
      const { code, output } = await run('auth login', ['auth', 'login', '--', checked(user)], `${password}\n`)
      return code === exit.ok ? (/crypt_user_key_password=(\S+)/.exec(output)?.[1] ?? null) : null
    },

    /** A hash of the password, as Dovecot itself makes it. */
    async hash(password: string, scheme: string): Promise<string> {
      const { code, answer } = await run('pw', ['pw', '-s', scheme], `${password}\n${password}\n`)
      const [hash] = /\{\S+\}\S+/.exec(answer) ?? []
      if (code !== exit.ok || hash === undefined) throw new MailHostError(`doveadm pw ended with ${code}`)
      return hash
    },

    /**
     * Whether a log-in over this protocol would find the user in the passdb, whatever the password. Queries may tell
     * protocols apart; doveadm by itself asks as one of its own.
     */
    async canFindLogin(user: string, protocol: string): Promise<boolean> {
      const { code } = await run('auth lookup', ['auth', 'lookup', '-x', `protocol=${protocol}`, '--', checked(user)])
      if (code !== exit.ok && code !== exit.noUser) throw new MailHostError(`doveadm auth lookup ended with ${code}`)
      return code === exit.ok
    },

    /** Whether a delivery over this protocol would find the user in the userdb. */
    async canDeliver(user: string, protocol: string): Promise<boolean> {
      const { code } = await run('user', ['user', '-x', `protocol=${protocol}`, '-f', 'home', checked(user)])
      if (code !== exit.ok && code !== exit.noUser) throw new MailHostError(`doveadm user ended with ${code}`)
      return code === exit.ok
    },

    /** Creates INBOX unless it exists. */
    async createInbox(user: string) {
      const { code, output } = await run('mailbox create', ['mailbox', 'create', '-u', checked(user), 'INBOX'])
      if (code === exit.ok || (code === exit.data && output.includes('already exists'))) return
      throw new MailHostError(`doveadm mailbox create ended with ${code}`)
    },

    /** Changes the password that protects the user's keys: of all of them, or of none. */
    changeKeyPassword,

    /** Asks whether this password opens the user's keys, by changing it to itself. */
    askKeyPassword: async (user: string, password: string) => changeKeyPassword(user, password, password),

    /**
     * Generates the user's first key pair under a temporary password, which is kept in a private file during the call.
     * @param ready called once everything is prepared; if it throws, nothing has been done
     */
    async generateKey(user: string, temporaryPassword: string, ready: () => Promise<unknown>) {
      await mkdir(settings.runFolder, { recursive: true, mode: 0o700 })
      const file = join(settings.runFolder, `${randomUUID()}.conf`)
      // A configuration must begin with its version, and the files it includes must have the same one.
      const [, configVersion] =
        /^\s*dovecot_config_version\s*=\s*(\S+)/m.exec(await readFile(settings.config, 'utf8')) ?? []
      if (configVersion === undefined) throw new MailHostError('DOVECOT_CONFIG has no dovecot_config_version')
      const text = `dovecot_config_version = ${configVersion}
!include ${settings.config}
crypt_user_key_password = ${temporaryPassword}
`
      try {
        await writeFile(file, text, { mode: 0o600, flag: 'wx' })
        await ready()
        await expectOk('mailbox cryptokey generate', [
          '-c', file, 'mailbox', 'cryptokey', 'generate', '-u', checked(user), '-U',
        ]) // prettier-ignore
      } finally {
        await rm(file, { force: true })
      }
    },

    /**
     * Removes files that generateKey left when its run was killed. Files that are in use are younger than a call can
     * last.
     */
    sweep: () => removeOld(settings.runFolder, '.conf', (settings.timeoutSeconds + 5) * 1000),

    /** Ends the user's sessions. */
    kick: async (user: string) => expectOk('kick', ['kick', '--', checked(user)]),

    /** The users who are logged in; null when the list is too long. */
    async listConnected(): Promise<Set<string> | null> {
      const { code, answer, isComplete } = await run('who', ['-f', 'tab', 'who'], '', 4_000_000)
      if (code !== exit.ok) throw new MailHostError(`doveadm who ended with ${code}`)
      const users = answer.split('\n').map((line) => line.split('\t', 1)[0] ?? '')
      return isComplete ? new Set(users.map((user) => user.toLowerCase())) : null
    },

    /**
     * Makes Dovecot forget the cached log-ins of these users, refused ones too. Without a user it would forget them
     * all.
     */
    async forgetLogins(user: string, ...more: string[]) {
      for (const some of ofLength([user, ...more].map(checked), longestFlush))
        await expectOk('auth cache flush', ['auth', 'cache', 'flush', '--', ...some])
    },
  }
}

export type Doveadm = ReturnType<typeof createDoveadm>

/** Groups the texts in order, each group of at most this many bytes; a longer text has a group of its own. */
function ofLength(texts: string[], mostBytes: number): string[][] {
  const groups: string[][] = []
  let bytes = mostBytes
  for (const text of texts) {
    bytes += Buffer.byteLength(text) + 1
    if (bytes > mostBytes) {
      groups.push([])
      bytes = Buffer.byteLength(text) + 1
    }
    groups.at(-1)?.push(text)
  }
  return groups
}

/** A user's name that may be an argument. @throws AddressNotForDoveadm */
export function checked(user: string): string {
  if (!isUserForDoveadm(user)) throw new AddressNotForDoveadm('The address or the log-in is not one for doveadm')
  return user
}
