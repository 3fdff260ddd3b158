import * as v from 'valibot'
import { setLanguageCookie } from '../../../http/request.ts'
import { createRoutes } from '../../../http/context.ts'
import { parseForm } from '../../../http/form.ts'
import { seeOther } from '../../../http/render.tsx'
import { LANGUAGES, nameOf } from '../../../i18n/languages.ts'
import { Button } from '../../../ui/button.tsx'
import { SelectField } from '../../../ui/field.tsx'
import type { SetupDeps } from '../context.ts'
import { keepInDraft, readDraft } from '../draft.ts'
import { renderStep } from '../render-step.tsx'
import { pathAfter } from '../steps.ts'

const languageForm = v.object({ language: v.picklist(LANGUAGES) })

/** Of the super admin, and of visitors whose browsers ask for none that there is. */
export function language(deps: SetupDeps) {
  return createRoutes()
    .get('/', async (c) => {
      const draft = await readDraft(deps)
      const t = c.get('t')
      return renderStep(
        c,
        'language',
        draft,
        <form method="post" action="/setup/language">
          <SelectField
            name="language"
            label={t.setup.language.label}
            value={draft.language ?? c.get('language')}
            options={LANGUAGES.map((value) => ({ value, label: nameOf(value) }))}
          />
          <Button>{t.setup.next}</Button>
        </form>,
      )
    })

    .post('/', async (c) => {
      const form = await parseForm(c, languageForm)
      if (!form.ok) return seeOther(c, '/setup/language')

      await keepInDraft(deps, form.value)
      setLanguageCookie(c, form.value.language)
      return seeOther(c, pathAfter('language'))
    })
}
