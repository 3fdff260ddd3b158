import { createDoveadm, type Doveadm } from './doveadm.ts'
import { readDefaultScheme, readQueries } from './dovecot-configuration.ts'
import { createPostfix, type Postfix } from './postfix.ts'
import { codeOf } from './reason.ts'

/**
 * `doctor --mapping`: what Dovecot and Postfix ask their tables, as a text for the web app's setup. It needs to know
 * where the two are, and nothing of the mapping, which it is there to find.
 */

type Line = { kind: string; query: string }

/** @returns the exit status: 1 when nobody asks anything */
export async function printAsked(env: NodeJS.ProcessEnv): Promise<number> {
  const lines = [...(await askedByDovecot(env)), ...(await askedByPostfix(env))]
  if (lines.length === 0) {
    process.stderr.write('Neither Dovecot nor Postfix has a query for MySQL here, or this user may not read them.\n')
    return 1
  }
  process.stdout.write(
    `# What this mail host asks its tables, for Colombier's setup. No password and no key is in it.\n${textOf(lines)}`,
  )
  return 0
}

/** Bytes of a text that is handed over. */
const mostBytes = 30_000

/** The same for the web app's own tables: as many whole lines as there is room for. @throws MailHostError */
export async function whatIsAsked(doveadm: Doveadm, postfix: Postfix): Promise<string> {
  // Half of it is better than nothing.
  const found = (await postfix.listAllQueries().catch(() => null)) ?? []
  const lines = [
    ...askedIn(await doveadm.readConfiguration()),
    ...found.flatMap(({ kind, text }) => (text === null ? [] : [{ kind, query: text }])),
  ]
  let text = ''
  for (const line of lines) {
    const more = text + textOf([line])
    if (Buffer.byteLength(more) <= mostBytes) text = more
  }
  return text
}

/** A line for each question, without what nobody else needs to see. */
export const textOf = (lines: readonly Line[]): string =>
  lines.map(({ kind, query }) => `${kind}: ${withoutSecrets(query.replace(/\s+/g, ' ').trim())}\n`).join('')

/**
 * The query without what its texts may hold: keys, salts, passwords. Variables stay, and words that a column is
 * compared with, paths, and what is around a number of bytes.
 */
export const withoutSecrets = (query: string): string =>
  query
    .replace(/%\{\s*password\b[^}]*\}/gi, '%{password}')
    .replace(/(['"])((?:(?!\1)[^\\]|\\.|\1\1)*)\1/gs, (literal, mark: string, text: string, at: number, all: string) =>
      isHarmless(text, all.slice(0, at)) ? literal : `${mark}…${mark}`,
    )

function isHarmless(text: string, before: string): boolean {
  const rest = text.replace(/%\{[\w |:;-]*\}|%L?[a-z]/g, '')
  if (rest.length <= 2 || /^\/[\w/.@-]*$/.test(rest) || /^[*:]*(?:bytes|storage)=$/.test(rest)) return true
  const isCompared = /[\w`](?<!pass\w*`?)\s*(?:=|<>|\bLIKE|\bIN\s*\()\s*$/i.test(before)
  return isCompared && /^[\w .:-]{0,30}$/.test(rest)
}

/** Dovecot's queries, and for what it takes a hash that does not say what it is. */
export function askedIn(configuration: string): Line[] {
  const scheme = readDefaultScheme(configuration)
  const isName = scheme !== null && /^[\w-]{1,30}(?:\.\w{1,10})?$/.test(scheme)
  return [...readQueries(configuration), ...(isName ? [{ kind: 'scheme', query: scheme }] : [])]
}

async function askedByDovecot(env: NodeJS.ProcessEnv): Promise<Line[]> {
  const doveadm = createDoveadm({
    program: env['DOVEADM'] || '/usr/bin/doveadm',
    config: env['DOVECOT_CONFIG'] || '/etc/dovecot/dovecot.conf',
    timeoutSeconds: 20,
    runFolder: '/nowhere',
  })
  try {
    return askedIn(await doveadm.readConfiguration())
  } catch (error) {
    process.stderr.write(
      `Dovecot's configuration cannot be read (${reasonOf(error)}): see DOVEADM and DOVECOT_CONFIG.\n`,
    )
    return []
  }
}

async function askedByPostfix(env: NodeJS.ProcessEnv): Promise<Line[]> {
  const postfix = createPostfix({
    mode: 'auto',
    configFolder: env['POSTFIX_CONFIG'] || '/etc/postfix',
    timeoutSeconds: 20,
  })
  try {
    const found = (await postfix.listAllQueries()) ?? []
    for (const { setting, text } of found)
      if (text === null) process.stderr.write(`A file of ${setting} cannot be read: run this as root.\n`)
    return found.flatMap(({ kind, text }) => (text === null ? [] : [{ kind, query: text }]))
  } catch (error) {
    process.stderr.write(`Postfix cannot be asked (${reasonOf(error)}): see POSTFIX_CONFIG.\n`)
    return []
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : codeOf(error))
