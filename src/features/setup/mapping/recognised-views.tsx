import type { FC } from 'hono/jsx'
import type { Finding, Reason, Recognition } from '../../../../connector/mapping/recognise/recognition.ts'
import type { Messages } from '../../../i18n/languages.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/field.tsx'
import type { MappingCheck } from './check.ts'
import { VARIABLES } from './fields.ts'
import type { Beside, Recognised } from './recognise.ts'
import { CheckResult } from './views.tsx'

type WithMessages = { t: Messages }
type Props = WithMessages & {
  recognised: Recognised
  check: MappingCheck
  beside: Beside | null
  /** tables to which nothing is tried; '' for none */
  untried: string
}

/** What the tables look like: right, or to be changed. */
export const RecognisedTables: FC<Props> = ({ t, recognised, check, beside, untried }) => {
  const { recognition, preset, values } = recognised
  const words = t.setup.mapping.recognised
  const { product, absent, isGuess, questions } = recognition
  return (
    <>
      <Alert kind="info">{product === null ? words.intro : t.setup.mapping.fits(product)}</Alert>
      {isGuess && <Alert kind="info">{words.guess}</Alert>}
      {absent.length > 0 && <p>{words.absent(absent.join(', '))}</p>}
      {untried !== '' && <Alert kind="info">{t.setup.mapping.trial.untried(untried)}</Alert>}
      <Obstacles t={t} recognition={recognition} />
      {questions.length === 0 && (
        <form method="post" action="/setup/mapping">
          <input type="hidden" name="MAIL_SCHEMA" value={preset} />
          {VARIABLES.map((variable) => (
            <input type="hidden" name={variable} value={values[variable]} />
          ))}
          <Button>{words.right}</Button>
        </form>
      )}
      <p>
        <a class={`button ${questions.length === 0 ? 'secondary' : 'primary'}`} href="/setup/mapping?change=yes">
          {words.change}
        </a>
      </p>
      <CheckResult t={t} values={values} check={check} />
      {beside !== null && beside.columns.length > 0 && <NewMailbox t={t} beside={beside} />}
      <details>
        <summary>
          <h2>{words.why}</h2>
        </summary>
        <Reasons t={t} findings={recognition.findings} />
      </details>
      <QueriesForm t={t} />
    </>
  )
}

/** The mail host knows best what its tables are. */
export const QueriesForm: FC<WithMessages> = ({ t }) => {
  const words = t.setup.mapping.recognised
  return (
    <details>
      <summary>
        <h2>{words.queries}</h2>
      </summary>
      <form method="post" action="/setup/mapping/queries">
        <p>{words.queriesHint}</p>
        <pre tabindex={0}>node dist/main.js doctor --mapping</pre>
        <TextField name="queries" label={words.queriesLabel} value="" rows={6} spellcheck={false} />
        <Button kind="secondary">{words.queriesUse}</Button>
      </form>
    </details>
  )
}

/** What is asked, and what these tables cannot have. */
export const Obstacles: FC<WithMessages & { recognition: Recognition }> = ({
  t,
  recognition: { questions, obstacles },
}) => {
  const words = t.setup.mapping.recognised
  if (questions.length + obstacles.length === 0) return null
  return (
    <ul class="alert bad">
      {questions.map(({ variable, table, column }) => (
        <li>
          <code>{variable}</code>: {variable === 'DOMAINS' ? words.askDomains : words.ask(column, table)}
        </li>
      ))}
      {obstacles.map(({ kind, table, view }) => (
        <li>
          {explain(words.obstacles[kind], table)}
          {view !== undefined && <pre tabindex={0}>{view}</pre>}
        </li>
      ))}
    </ul>
  )
}

/** One of the sentences names no table. */
const explain = (say: (table: string) => string, table: string): string => say(table)

const NewMailbox: FC<WithMessages & { beside: Beside }> = ({ t, beside: { address, columns } }) => {
  const words = t.setup.mapping.recognised
  return (
    <table>
      <caption>{words.newMailbox}</caption>
      <thead>
        <tr>
          <th scope="col">{words.column}</th>
          <th scope="col">{words.value}</th>
          <th scope="col">{address}</th>
        </tr>
      </thead>
      <tbody>
        {columns.map(({ column, value, isSame }) => (
          <tr>
            <td data-label={words.column}>
              <code>{column}</code>
            </td>
            <td data-label={words.value}>
              <code>{value ?? 'NULL'}</code>
            </td>
            <td data-label={address}>{isSame === null ? words.varies : isSame ? words.same : words.other}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Reasons: FC<WithMessages & { findings: Finding[] }> = ({ t, findings }) => {
  const words = t.setup.mapping.recognised
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.setting}</th>
          <th scope="col">{words.value}</th>
          <th scope="col">{words.reason}</th>
        </tr>
      </thead>
      <tbody>
        {findings.map(({ variable, value, reason, confidence, runnerUp }) => (
          <tr>
            <td data-label={words.setting}>
              <code>{variable}</code>
            </td>
            <td data-label={words.value}>
              <code>{value}</code>
            </td>
            <td data-label={words.reason}>
              {because(t, reason)}
              {confidence === 'guess' && <> {words.uncertain}</>}
              {runnerUp !== null && (
                <>
                  {' '}
                  {words.instead} <code>{runnerUp}</code>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function because(t: Messages, reason: Reason): string {
  const { reasons } = t.setup.mapping.recognised
  if (reason.by === 'product') return reasons.product(reason.product)
  if (reason.by === 'values') return reasons.values(reason.some, reason.all)
  return reasons[reason.by]
}
