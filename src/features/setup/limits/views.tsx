import type { FC } from 'hono/jsx'
import type { Messages } from '../../../i18n/languages.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, firstWrong } from '../../../ui/field.tsx'
import type { LimitsState } from './form.ts'

const fields = ['mailboxes', 'aliases', 'quota', 'mostQuota', 'deletionHours'] as const

export const LimitsForm: FC<LimitsState & { t: Messages }> = ({ t, errors = {}, typed = {} }) => (
  <form method="post" action="/setup/limits">
    {fields.map((name) => (
      <Field
        name={name}
        type="text"
        label={t.setup.limits[name]}
        hint={name === 'quota' || name === 'mostQuota' ? t.setup.limits.sizeHint : undefined}
        value={typed[name]}
        error={errors[name]}
        autofocus={firstWrong(errors) === name}
        autocomplete="off"
        required
      />
    ))}
    <Button>{t.setup.next}</Button>
  </form>
)
