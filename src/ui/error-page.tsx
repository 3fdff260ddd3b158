import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'

type Props = { t: Messages; title: string; text: string; reference: string | null }

export const ErrorPage: FC<Props> = ({ t, title, text, reference }) => (
  <section class="card narrow">
    <h1>{title}</h1>
    <p>{text}</p>
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
