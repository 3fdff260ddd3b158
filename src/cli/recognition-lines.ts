import type { Finding, Obstacle, Question, Reason, Recognition } from '../../connector/mapping/recognise/recognition.ts'
import { defaultOf } from '../config.ts'
import { linesOf } from '../lib/env-text.ts'

/** What tables look like, as lines for `.env`: each with why, as a comment, and what else it may be. */
export function linesOfRecognition({
  product,
  absent,
  findings,
  questions,
  obstacles,
  isGuess,
}: Recognition): string[] {
  const said = findings.filter(({ variable, value }) => variable === 'MAIL_SCHEMA' || value !== defaultOf(variable))
  return [
    ...(product === null ? [] : [`# These are the tables of ${product}.`]),
    ...absent.map((table) => `# There is no ${table}: what the product does with it is left out.`),
    ...(isGuess && findings.length > 0
      ? ['# There are no mailboxes to learn from: this is guessed by names and keys alone. Look at each line.']
      : []),
    ...said.flatMap((finding) => [`# ${why(finding)}`, ...linesOf({ [finding.variable]: finding.value })]),
    ...questions.map((question) => `# TO FILL IN: ${ask(question)}`),
    ...obstacles.flatMap((obstacle) => [
      `# NOTE: ${explain(obstacle)}`,
      ...(obstacle.view === undefined ? [] : [`# ${obstacle.view}`]),
    ]),
    ...(findings.length > 0 ? ['# Then try it, which changes nothing: npm run check'] : []),
  ]
}

const certainty = { sure: '', likely: '', guess: 'a guess, ' } as const

function why({ reason, confidence, runnerUp }: Finding): string {
  return `${certainty[confidence]}${because(reason)}${runnerUp === null ? '' : `; it may be ${runnerUp}`}`
}

function because(reason: Reason): string {
  if (reason.by === 'query') return 'as the mail host asks for it'
  if (reason.by === 'product') return `as ${reason.product} has it`
  if (reason.by === 'key') return 'by a key of the database'
  if (reason.by === 'values') return `by what ${reason.some} of ${reason.all} rows hold`
  return reason.by === 'name' ? 'by its name' : 'nothing of the kind was found'
}

const ask = ({ variable, table, column }: Question): string =>
  variable === 'DOMAINS'
    ? 'DOMAINS, the domains of the mail server, since no table has them'
    : `${variable}, what ${column} of ${table} holds in a new row`

const explain = ({ kind, table }: Obstacle): string => obstacles[kind](table)

const obstacles: Record<Obstacle['kind'], (table: string) => string> = {
  noMailboxes: () =>
    'no table that this user may read has addresses and hashes of passwords: try another DATABASE_NAME, or a user with more rights',
  passwordElsewhere: (table) =>
    `${table} has the addresses, but no password: say in MAILBOX_PASSWORD where it is, as in "table: column, key={mailbox_id}", or make a view that has both`,
  loginIsNotAddress: (table) =>
    `people log in with something else than their address, which stands in ${table}: a view that has both can be mapped`,
  destinationsElsewhere: (table) =>
    `the destinations of ${table} stand in another table: ALIAS_DESTINATION="table: column, key={alias_id}" may say so, with ALIAS_ID; without it their addresses are taken`,
  destinationsById: (table) =>
    `${table} leads to mailboxes by their id: ALIAS_DESTINATION=id:column says so, with MAILBOX_ID; without it their addresses are taken`,
  signedDestinations: (table) =>
    `the destinations in ${table} have a sign in front of the address: aliases cannot be mapped`,
  narrowPassword: (column) =>
    `${column} is too narrow for the hashes that Colombier makes by default: widen it to 255, or set PASSWORD_SCHEME; npm run check says which fits`,
  untoldRows: (table) => `some rows of ${table} are no mailboxes, and no column tells them apart: see MAILBOX_WHERE`,
}
