import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checked } from './doveadm.ts'
import { exitCodes, MailHostError, runProgram, type Finished } from './program.ts'

/**
 * Postfix, by postconf and postmap, which change nothing. What takes mail in is asked here, since it may refuse a
 * mailbox that Dovecot still knows.
 */
export interface PostfixSettings {
  /** `off`: no Postfix, on this host or another, looks at the mail server's tables */
  mode: 'auto' | 'off'
  configFolder: string
  timeoutSeconds: number
}

/** A list of Postfix's that finds recipients, with a question of it to the database. */
interface PostfixQuery {
  setting: string
  /** as its file has it; null where this host does not let it be read */
  text: string | null
}

/** Which list has the domains, and which their recipients; where the latter is empty, any address is taken. */
const classes = [
  ['virtual_mailbox_domains', 'virtual_mailbox_maps'],
  ['relay_domains', 'relay_recipient_maps'],
  ['mydestination', 'local_recipient_maps'],
] as const
const aliases = 'virtual_alias_maps'
const settingNames = [aliases, ...classes.flat()]

export function createPostfix({ mode, configFolder, timeoutSeconds }: PostfixSettings) {
  const run = (program: 'postconf' | 'postmap', args: string[]): Promise<Finished> =>
    runProgram(program, ['-c', configFolder, ...args], { name: program, timeoutSeconds })

  /** The lists by their names, with what they refer to filled in; null where there is no Postfix on this host. */
  async function readLists(): Promise<Map<string, string[]> | null> {
    const isConfigured = await access(join(configFolder, 'main.cf')).then(
      () => true,
      () => false,
    )
    if (!isConfigured) return null
    // It warns of much in its own configuration and answers all the same.
    const { code, answer } = await run('postconf', ['-xh', ...settingNames])
    if (code === exitCodes.missing) return null
    if (code !== exitCodes.ok) throw new MailHostError(`postconf ended with ${code}`)
    const lines = answer.split('\n')
    return new Map(settingNames.map((name, line) => [name, entriesOf(lines[line] ?? '')]))
  }

  /** What the table has for the key; null when nothing. */
  async function lookUp(table: string, key: string): Promise<string | null> {
    const { code, answer, complaints } = await run('postmap', ['-q', key, table])
    if (code === exitCodes.ok) return answer
    // The same exit code says that there is nothing and that the table could not be asked.
    if (code === 1 && !/^postmap: (?:fatal|error|panic):/m.test(complaints)) return null
    throw new MailHostError(`postmap ended with ${code}`)
  }

  async function isListed(entries: string[], domain: string): Promise<boolean> {
    for (const entry of entries) {
      const found = isTable(entry) ? (await lookUp(entry, domain)) !== null : entry.toLowerCase() === domain
      if (found) return true
    }
    return false
  }

  async function hasRecipient(tables: string[], address: string): Promise<boolean> {
    for (const table of tables) if ((await lookUp(table, address)) !== null) return true
    return false
  }

  /** Whether an alias leads the address to itself, as some products have one for each mailbox. */
  async function leadsToItself(tables: string[], address: string): Promise<boolean> {
    for (const table of tables) {
      if (addressesIn((await lookUp(table, address)) ?? '').includes(address)) return true
    }
    return false
  }

  return {
    /**
     * Whether Postfix takes mail for the address, as far as it looks at lists of recipients.
     * @returns null where Postfix has no say: there is none on this host, or the domain is none of its own
     * @throws MailHostError where it cannot be asked
     */
    async takesMail(user: string): Promise<boolean | null> {
      if (mode === 'off') return true
      const address = checked(user)
      const lists = await readLists()
      if (lists === null) return null

      const entries = (name: string) => lists.get(name) ?? []
      const domain = address.slice(address.lastIndexOf('@') + 1)
      for (const [domains, recipients] of classes) {
        if (!(await isListed(entries(domains), domain))) continue
        const tables = entries(recipients).filter(isTable)
        return (
          tables.length === 0 ||
          (await hasRecipient(tables, address)) ||
          leadsToItself(entries(aliases).filter(isTable), address)
        )
      }
      return null
    },

    /**
     * Where its aliases lead the address, in lower case; none: nowhere.
     * @returns null where there is no Postfix on this host @throws MailHostError where it cannot be asked
     */
    async resolve(alias: string): Promise<string[] | null> {
      const lists = await readLists()
      if (lists === null) return null
      for (const table of (lists.get(aliases) ?? []).filter(isTable)) {
        const found = await lookUp(table, checked(alias))
        if (found !== null) return addressesIn(found)
      }
      return []
    },

    /** The name that it greets with, and the services of its master.cf, one a line; null where it cannot be asked. */
    async readServices(): Promise<{ name: string; services: string } | null> {
      if (mode === 'off') return null
      const [name, services] = [await run('postconf', ['-xh', 'myhostname']), await run('postconf', ['-M'])]
      return services.code === exitCodes.ok ? { name: name.answer.trim(), services: services.answer } : null
    },

    /** What its lists of recipients ask of MySQL; null where there is no Postfix on this host. @throws MailHostError */
    async listQueries(): Promise<PostfixQuery[] | null> {
      const found = await this.listAllQueries()
      return found && found.filter(({ kind }) => kind === 'recipients')
    },

    /** The same of its lists of domains and of aliases, too. @throws MailHostError */
    async listAllQueries(): Promise<(PostfixQuery & { kind: 'recipients' | 'domains' | 'aliases' })[] | null> {
      const lists = await readLists()
      if (lists === null) return null
      const found: (PostfixQuery & { kind: 'recipients' | 'domains' | 'aliases' })[] = []
      const settings = [
        ...classes.flatMap(([domains, recipients]) => [
          [recipients, 'recipients'] as const,
          [domains, 'domains'] as const,
        ]),
        [aliases, 'aliases'] as const,
      ]
      for (const [setting, kind] of settings) {
        for (const entry of lists.get(setting) ?? []) {
          const [, file] = /^mysql:(\/.+)$/.exec(entry) ?? []
          if (file === undefined) continue
          found.push({ setting, kind, text: await readFile(file, 'utf8').then(questionOf, () => null) })
        }
      }
      return found
    },
  }
}

export type Postfix = ReturnType<typeof createPostfix>

/**
 * A list's entries. What is asked through Postfix's own proxy is asked here without it: that one answers only while
 * Postfix runs, and root may read the same files.
 */
const entriesOf = (list: string): string[] =>
  (list.match(/(?:[^\s,{}]|\{[^{}]*\})+/g) ?? []).map((entry) => entry.replace(/(^|[{\s,])proxy:/g, '$1'))

const addressesIn = (answer: string): string[] =>
  answer
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')

const isTable = (entry: string): boolean => /^[a-z]\w*:/i.test(entry)

/** The question in a file of Postfix's for MySQL, in either of the two ways in which it can be written. */
function questionOf(file: string): string {
  const lines = file.replace(/^\s*#.*\n?/gm, '').replace(/\n[ \t]+/g, ' ')
  const settings = new Map(
    [...lines.matchAll(/^(\w+)\s*=\s*(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
  const part = (name: string) => settings.get(name) ?? ''
  const apart = `SELECT ${part('select_field')} FROM ${part('table')} WHERE ${part('where_field')} = '%s' ${part('additional_conditions')}`
  return settings.get('query') ?? apart
}
