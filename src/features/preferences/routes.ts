import * as v from 'valibot'
import { setLanguage } from '../../db/accounts.ts'
import { createRoutes, type BaseDeps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { seeOther } from '../../http/render.tsx'
import { setLanguageCookie } from '../../http/request.ts'
import { LANGUAGES } from '../../i18n/languages.ts'
import { HTTPException } from 'hono/http-exception'
import { cameFrom, safePath } from '../../http/paths.ts'

const languageForm = v.object({ language: v.picklist(LANGUAGES), next: v.string() })

export function preferences({ config, pool }: BaseDeps) {
  return createRoutes().post('/preferences/language', async (c) => {
    const form = await parseForm(c, languageForm)
    if (!form.ok) throw new HTTPException(400)

    const { language, next } = form.value
    const account = c.get('account')
    if (account) await setLanguage(pool, account.id, language)
    setLanguageCookie(c, language)
    // Lists change the address in place, and the form in the footer does not know.
    const from = cameFrom(c)
    const same = from?.split('?')[0] === next.split('?')[0]
    return seeOther(c, safePath(same && from !== null ? from : next, config.origin))
  })
}
