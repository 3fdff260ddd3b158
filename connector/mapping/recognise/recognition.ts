import type { PresetName } from '../presets/index.ts'
import type { MappingVariable } from '../settings.ts'
import type { Induced, NewRow } from './new-rows.ts'
import type { SeenTable } from './seen.ts'
import { writeAssignments, writeName } from './write.ts'

/** What was recognised of tables, and why. */

/** Why a variable is what it is said to be, in the order of trust. */
export type Reason =
  | { by: 'query' }
  | { by: 'product'; product: PresetName }
  | { by: 'key' }
  | { by: 'values'; some: number; all: number }
  | { by: 'name' }
  | { by: 'absence' }

export type Confidence = 'sure' | 'likely' | 'guess'

/** What the web app alone has to know of hashes. */
export const HASH_VARIABLES = ['PASSWORD_SCHEME', 'PASSWORD_DEFAULT_SCHEME'] as const
type HashVariable = (typeof HASH_VARIABLES)[number]

export interface Finding {
  variable: MappingVariable | 'MAIL_SCHEMA' | HashVariable
  value: string
  reason: Reason
  confidence: Confidence
  /** what it may be instead, where it was close */
  runnerUp: string | null
}

/** What has to be asked: a column that a new row needs, and of which nothing says what it holds. */
export interface Question {
  variable: 'MAILBOX_INSERT' | 'ALIAS_INSERT' | 'COMPANION_INSERT' | 'DOMAINS'
  table: string
  column: string
}

/** What the mapping cannot say of these tables, or Colombier not do with them. */
export interface Obstacle {
  kind:
    | 'noMailboxes'
    | 'passwordElsewhere'
    | 'loginIsNotAddress'
    | 'destinationsElsewhere'
    | 'destinationsById'
    | 'signedDestinations'
    | 'untoldRows'
    | 'narrowPassword'
  table: string
  /** the statement that makes a view which can be mapped */
  view?: string
}

export interface Recognition {
  product: PresetName | null
  /** the product's tables that are not there, and are left out */
  absent: string[]
  findings: Finding[]
  questions: Question[]
  obstacles: Obstacle[]
  /** Whether there were no mailboxes to learn from: then names and keys are all that it goes by. */
  isGuess: boolean
}

/** The variables as they would stand in `.env`. */
export const settingsIn = ({ findings }: Pick<Recognition, 'findings'>): Record<string, string> =>
  Object.fromEntries(findings.map(({ variable, value }) => [variable, value]))

export const ofRows = (some: number, all: number): Reason => (all === 0 ? { by: 'name' } : { by: 'values', some, all })

/** By what most rows hold; by nature where there are none. */
function ofInduced(set: readonly Induced[], all: number): Reason {
  if (set.length === 0) return { by: 'absence' }
  return ofRows(Math.min(...set.map(({ some }) => some)), all)
}

export const writeTable = ({ schema, name }: SeenTable): string => writeName([schema, name])

/** What is found on the way. */
export class Report {
  readonly findings: Finding[] = []
  readonly questions: Question[] = []
  readonly obstacles: Obstacle[] = []

  say(
    variable: MappingVariable | HashVariable,
    value: string,
    reason: Reason,
    confidence: Confidence = reason.by === 'name' ? 'guess' : 'likely',
    runnerUp: string | null = null,
  ): void {
    this.findings.push({ variable, value, reason, confidence, runnerUp: runnerUp === value ? null : runnerUp })
  }

  /** What a new row holds, and what has to be asked of it. */
  sayInsert(
    variable: 'MAILBOX_INSERT' | 'ALIAS_INSERT',
    table: SeenTable,
    { set, unknown }: NewRow,
    rows: number,
  ): void {
    const confidence = set.every(({ sure }) => sure) ? 'likely' : 'guess'
    this.say(variable, writeAssignments(set), ofInduced(set, rows), confidence)
    this.ask(variable, table, unknown)
  }

  ask(variable: Question['variable'], table: SeenTable, columns: readonly string[]): void {
    this.questions.push(...columns.map((column) => ({ variable, table: writeTable(table), column })))
  }

  hinder(kind: Obstacle['kind'], table: string, view?: string): void {
    this.obstacles.push({ kind, table, ...(view === undefined ? {} : { view }) })
  }
}
