import type { FC, JSX } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import type { DomainChoice } from '../mailbox/domains.ts'
import { Field, SelectField } from './field.tsx'

type InputProps = Omit<JSX.IntrinsicElements['input'], 'id' | 'name' | 'value'>

interface Shared {
  t: Messages
  name: string
  id: string
  label: string
  value?: string | undefined
  error?: string | undefined
}

/** `domains`: proposed before anything is typed, and without scripts. */
type TypedProps = InputProps & Shared & { domains: string[] }

/** A domain that is typed; those that begin so are proposed. */
export const TypedDomainField: FC<TypedProps> = ({ t, name, id, label, value, error, domains, ...rest }) => (
  <div>
    <Field
      name={name}
      id={id}
      label={label}
      hint={t.domainField.hint}
      value={value}
      error={error}
      list={`${id}-options`}
      autocomplete="off"
      autocapitalize="none"
      spellcheck={false}
      maxlength={253}
      {...rest}
    />
    <datalist
      id={`${id}-options`}
      hx-get={`/domain-options?field=${name}`}
      hx-trigger={`input changed delay:200ms from:#${id}`}
      hx-include={`#${id}`}
      hx-target="this"
      hx-swap="innerHTML"
    >
      <DomainOptions domains={domains} />
    </datalist>
  </div>
)

export const DomainOptions: FC<{ domains: string[] }> = ({ domains }) => (
  <>
    {domains.map((domain) => (
      <option value={domain}></option>
    ))}
  </>
)

type Props = Shared & {
  choice: DomainChoice
  autofocus?: boolean
  /** what else stands on the field, whichever it is */
  attributes?: Record<string, string>
}

/** One of the domains: from a list of all where it can have them, else typed. */
export const DomainField: FC<Props> = ({ choice, t, attributes = {}, ...field }) =>
  choice.more ? (
    <TypedDomainField t={t} {...field} domains={choice.domains} required {...attributes} />
  ) : (
    <SelectField
      {...field}
      options={choice.domains.map((domain) => ({ value: domain, label: `@${domain}` }))}
      {...attributes}
    />
  )
