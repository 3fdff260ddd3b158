import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'

type Props = { t: Messages; at: string }

/** The database's time as people read it, and as programs do. */
export const Moment: FC<Props> = ({ t, at }) => <time datetime={instantOf(at)}>{t.format.dateTime(at)}</time>

/** How long ago it was; a mouse that rests on it sees when. */
export const Ago: FC<Props & { seconds: number }> = ({ t, at, seconds }) => (
  <time datetime={instantOf(at)} title={t.format.dateTime(at)}>
    {t.lists.ago(seconds)}
  </time>
)

/** A message with such a time in it. */
export const Sentence: FC<{ t: Messages; at: string | null; text: string }> = ({ t, at, text }) => {
  if (at === null) return <>{text}</>
  const shown = [t.format.dateTime(at), t.format.time(at)].find((one) => text.includes(one))
  if (shown === undefined) return <>{text}</>

  const begins = text.lastIndexOf(shown)
  return (
    <>
      {text.slice(0, begins)}
      <time datetime={instantOf(at)}>{shown}</time>
      {text.slice(begins + shown.length)}
    </>
  )
}

/** Of the database's `YYYY-MM-DD hh:mm:ss.ffffff`, which is UTC. */
const instantOf = (at: string): string => `${at.slice(0, 10)}T${at.slice(11, 19)}Z`
