import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'

type Props = { t: Messages; title: string; text: string; reloads: boolean; reference: string | null }

export const ErrorPage: FC<Props> = ({ t, title, text, reloads, reference }) => (
  <section class="card narrow">
    <h1>{title}</h1>
    <p>{text}</p>
    {reloads && <p>{t.errors.reloads}</p>}
    {reference && (
      <p>
        <code>{t.errors.reference(reference)}</code>
      </p>
    )}
    <p>
      <a class="button secondary" href="/">
        {t.errors.home}
      </a>
    </p>
  </section>
)
