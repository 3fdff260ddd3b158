import type { FC } from 'hono/jsx'
import type { MappingVariable } from '../../../../connector/mapping/settings.ts'
import { PRESET_NAMES, type PresetName } from '../../../../connector/mapping/presets/index.ts'
import type { TripFault } from '../../../db/check/round-trip.ts'
import type { MailSample } from '../../../db/mail/sample.ts'
import type { Messages } from '../../../i18n/languages.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Button } from '../../../ui/button.tsx'
import { Field, SelectField } from '../../../ui/field.tsx'
import { isRight, variableOf, type MappingCheck } from './check.ts'
import { PARTS, type Part, type Values } from './fields.ts'
import { withNear } from './near.ts'

type WithMessages = { t: Messages }
type Props = WithMessages & {
  preset: PresetName
  /** what the tables look like, where nothing was set before */
  fitting: PresetName | null
  values: Values
  check: MappingCheck
  /** what could not be done when it was tried */
  faults?: TripFault[]
}

const mainParts = (Object.keys(PARTS) as Part[]).filter((part) => part !== 'more')

export const MappingForm: FC<Props> = ({ t, preset, fitting, values, check, faults = [] }) => {
  const errors = errorsOf(t, check, faults)
  return (
    <>
      {fitting !== null && <Alert kind="info">{t.setup.mapping.fits(fitting)}</Alert>}
      <form method="get" action="/setup/mapping" class="preset">
        <SelectField
          name="schema"
          label={t.setup.mapping.preset}
          hint={t.setup.mapping.presetHint}
          value={preset}
          options={PRESET_NAMES.map((value) => ({ value, label: value }))}
        />
        <Button kind="secondary">{t.setup.mapping.show}</Button>
      </form>
      <form
        id="mapping"
        method="post"
        action="/setup/mapping"
        hx-post="/setup/mapping/check"
        hx-trigger="change"
        hx-target="#mapping-check"
        hx-swap="innerHTML"
      >
        <input type="hidden" name="MAIL_SCHEMA" value={preset} />
        {mainParts.map((part) => (
          <section>
            <h2>{t.setup.mapping.parts[part]}</h2>
            <Fields t={t} variables={PARTS[part]} values={values} errors={errors} />
          </section>
        ))}
        <details open={PARTS.more.some((variable) => variable in errors)}>
          <summary>
            <h2>{t.setup.mapping.parts.more}</h2>
          </summary>
          <Fields t={t} variables={PARTS.more} values={values} errors={errors} />
        </details>
        <div id="mapping-check" aria-live="polite">
          <CheckResult t={t} values={values} check={check} />
        </div>
        {faults.length > 0 && <TrialFaults t={t} faults={faults} />}
        <Button>{t.setup.next}</Button>{' '}
        {faults.length > 0 && (
          <Button kind="secondary" name="despite" value="yes">
            {t.setup.mapping.trial.despite}
          </Button>
        )}
      </form>
    </>
  )
}

type Errors = Partial<Record<MappingVariable, string>>
type FieldsProps = WithMessages & { variables: MappingVariable[]; values: Values; errors: Errors }

const Fields: FC<FieldsProps> = ({ t, variables, values, errors }) => (
  <div class="columns">
    {variables.map((variable) => (
      <Field
        name={variable}
        type="text"
        label={t.setup.mapping.labels[variable]}
        hint={variable}
        value={values[variable]}
        error={errors[variable]}
        maxlength={1000}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
    ))}
  </div>
)

function errorsOf(t: Messages, { unreadable, missing }: MappingCheck, faults: TripFault[]): Errors {
  const errors: Errors = {}
  for (const fault of faults) errors[variableOf(fault)] ??= faultOf(t, fault)
  for (const { variable } of unreadable) errors[variable] ??= t.setup.mapping.unreadable
  for (const { variable, name, table } of missing) errors[variable] ??= t.setup.mapping.missing(name, table)
  return errors
}

/** What could not be done when it was tried, and was undone. */
const TrialFaults: FC<WithMessages & { faults: TripFault[] }> = ({ t, faults }) => (
  <>
    <Alert kind="bad">{t.setup.mapping.trial.faults}</Alert>
    <ul>
      {faults.map((fault) => (
        <li>
          <a href={`#${variableOf(fault)}`}>{variableOf(fault)}</a>: {faultOf(t, fault)}{' '}
          <code lang="en">{fault.reason}</code>
        </li>
      ))}
    </ul>
  </>
)

function faultOf(t: Messages, { action, reason }: TripFault): string {
  const { trial } = t.setup.mapping
  if (reason.includes('DENIED')) return trial.denied
  return action === null ? trial.nothing : trial.actions[action]
}

/** What the database says to the mapping as it is entered now: the verdict, which stays in sight, and a few rows. */
export const CheckResult: FC<WithMessages & { values: Values; check: MappingCheck }> = ({ t, values, check }) => (
  <>
    <div class="verdict">
      {isRight(check) ? (
        <Alert kind="good">{t.setup.mapping.right}</Alert>
      ) : (
        <Faults t={t} values={values} check={check} />
      )}
    </div>
    {check.refused !== null && <Alert kind="bad">{t.setup.mapping.refused(check.refused)}</Alert>}
    {isRight(check) && check.sample === null && check.refused === null && <p>{t.setup.mapping.notTold}</p>}
    {check.sample && <Sample t={t} sample={check.sample} />}
  </>
)

const Faults: FC<WithMessages & { values: Values; check: MappingCheck }> = ({ t, values, check }) => (
  <ul class="alert bad">
    {check.unreadable.map(({ variable, message }) => (
      <li>
        <a href={`#${variable}`}>{variable}</a>: {t.setup.mapping.unreadable} <code lang="en">{message}</code>
      </li>
    ))}
    {check.contradictions.map((line) => (
      <li>
        {t.setup.mapping.contradiction} <code lang="en">{line}</code>
      </li>
    ))}
    {check.foreign.map((table) => (
      <li>{t.setup.mapping.foreign(table)}</li>
    ))}
    {check.missing.map((one) => {
      const better = withNear(values[one.variable], one)
      return (
        <li>
          <a href={`#${one.variable}`}>{one.variable}</a>: {t.setup.mapping.missing(one.name, one.table)}{' '}
          {better !== null && one.near !== null && (
            <Button kind="secondary" name="use" value={`${one.variable} ${better}`}>
              {t.setup.mapping.use(one.near)}
            </Button>
          )}
        </li>
      )
    })}
  </ul>
)

const Sample: FC<WithMessages & { sample: MailSample }> = ({ t, sample }) => {
  const words = t.setup.mapping.sample
  const orElse = (text: string | null) => text ?? <em>{words.otherValue}</em>
  return (
    <>
      <h2>{words.intro}</h2>
      <table>
        <caption>{t.setup.mapping.parts.mailboxes}</caption>
        <thead>
          <tr>
            <th scope="col">{words.address}</th>
            <th scope="col">{words.quota}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.scheme}</th>
          </tr>
        </thead>
        <tbody>
          {sample.mailboxes.map(({ address, quota, open, scheme }) => (
            <tr>
              <td data-label={words.address}>{orElse(address)}</td>
              <td data-label={words.quota}>
                {quota === 'unlimited' ? words.noLimit : quota === null ? '–' : t.format.bytes(quota)}
              </td>
              <td data-label={words.state}>{open ? words.open : words.closed}</td>
              <td data-label={words.scheme}>{scheme ? <code>{scheme}</code> : words.noScheme}</td>
            </tr>
          ))}
          {sample.mailboxes.length === 0 && (
            <tr>
              <td colspan={4}>{words.none}</td>
            </tr>
          )}
        </tbody>
      </table>
      <h3>{t.setup.mapping.parts.domains}</h3>
      <p>
        {sample.domains.length === 0
          ? words.none
          : sample.domains.map((domain, index) => (
              <>
                {index > 0 && ', '}
                {orElse(domain)}
              </>
            ))}
      </p>
      <table>
        <caption>{t.setup.mapping.parts.aliases}</caption>
        <thead>
          <tr>
            <th scope="col">{words.address}</th>
            <th scope="col">{words.destinations}</th>
          </tr>
        </thead>
        <tbody>
          {sample.aliases.map(({ address, destinations }) => (
            <tr>
              <td data-label={words.address}>{orElse(address)}</td>
              <td data-label={words.destinations}>
                {destinations.map((destination, index) => (
                  <>
                    {index > 0 && ', '}
                    {orElse(destination)}
                  </>
                ))}
              </td>
            </tr>
          ))}
          {sample.aliases.length === 0 && (
            <tr>
              <td colspan={2}>{words.none}</td>
            </tr>
          )}
        </tbody>
      </table>
    </>
  )
}
