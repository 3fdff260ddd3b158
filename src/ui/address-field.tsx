import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import type { DomainChoice } from '../mailbox/domains.ts'
import { TypedDomainField } from './domain-field.tsx'
import { describedBy, Field, FieldNotes } from './field.tsx'

type Parts = { localPart?: string | undefined; domain?: string | undefined }

type Props = {
  t: Messages
  /** before the ids of its parts */
  idPrefix?: string
  label: string
  hint: string
  choice: DomainChoice
  typed: Parts
  errors: Parts
  /** the part that has the focus */
  focus?: string | undefined
  /** what shows the address as it would be, whichever part changes */
  preview: Record<string, string>
}

/** What stands before the @ and, in the same line, the domain: plain text where there is only one. */
export const AddressField: FC<Props> = ({
  t,
  idPrefix = '',
  label,
  hint,
  choice: { domains, more },
  typed,
  errors,
  focus,
  preview,
}) => {
  const id = `${idPrefix}localPart`
  const domain = { t, name: 'domain', id: `${idPrefix}domain`, label: t.mailboxes.domain }
  const [only = ''] = domains
  const input = {
    autocomplete: 'off',
    autocapitalize: 'none' as const,
    spellcheck: false,
    maxlength: 64,
    required: true,
    autofocus: focus === 'localPart',
    ...preview,
    'hx-trigger': 'input changed delay:300ms',
  }
  if (more) {
    return (
      <div class="columns">
        <Field
          name="localPart"
          id={id}
          label={label}
          hint={hint}
          value={typed.localPart}
          error={errors.localPart}
          {...input}
        />
        <TypedDomainField
          {...domain}
          value={typed.domain}
          error={errors.domain}
          domains={domains}
          autofocus={focus === 'domain'}
          required
          {...preview}
        />
      </div>
    )
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="control">
        <input
          id={id}
          name="localPart"
          value={typed.localPart}
          {...describedBy(id, hint, errors.localPart)}
          {...input}
        />
        {domains.length === 1 && !errors.domain ? (
          <>
            <span>@{only}</span>
            <input type="hidden" id={domain.id} name="domain" value={only} />
          </>
        ) : (
          <select
            id={domain.id}
            name="domain"
            aria-label={domain.label}
            {...describedBy(domain.id, undefined, errors.domain)}
            autofocus={focus === 'domain'}
            {...preview}
            hx-trigger="change"
          >
            {domains.map((name) => (
              <option value={name} selected={name === typed.domain}>
                @{name}
              </option>
            ))}
          </select>
        )}
      </div>
      <FieldNotes id={id} hint={hint} error={errors.localPart} />
      <FieldNotes id={domain.id} hint={undefined} error={errors.domain} />
    </div>
  )
}
