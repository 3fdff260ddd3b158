import type { FC } from 'hono/jsx'
import { LANGUAGES, nameOf, type Messages } from '../../i18n/languages.ts'
import { Button } from '../../ui/button.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import type { SetupState } from './form.ts'

export const SetupForm: FC<SetupState & { t: Messages }> = ({ t, errors = {}, typed = {} }) => (
  <section class="card narrow">
    <h1>{t.setup.title}</h1>
    <p class="lead">{t.setup.intro}</p>
    <form method="post" action="/setup">
      <Field
        name="token"
        type="text"
        label={t.setup.token}
        hint={t.setup.tokenHint}
        error={errors.token}
        autocomplete="off"
        autofocus
        required
      />
      <SelectField
        name="language"
        label={t.setup.language}
        value={typed.language}
        error={errors.language}
        options={LANGUAGES.map((value) => ({ value, label: nameOf(value) }))}
      />
      <Field
        name="email"
        type="email"
        label={t.setup.email}
        value={typed.email}
        error={errors.email}
        autocomplete="username"
        required
      />
      <Field
        name="password"
        type="password"
        label={t.setup.password}
        hint={t.setup.passwordHint}
        error={errors.password}
        autocomplete="new-password"
        required
      />
      <Field
        name="again"
        type="password"
        label={t.setup.again}
        error={errors.again}
        autocomplete="new-password"
        required
      />
      <Button>{t.setup.submit}</Button>
    </form>
  </section>
)
