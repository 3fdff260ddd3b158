import type { FC } from 'hono/jsx'

type Props = { title: string; text: string; hint?: string; link?: { href: string; label: string } }

/** A page that says what became of something, and where to go from here. */
export const Outcome: FC<Props> = ({ title, text, hint, link }) => (
  <section class="card narrow">
    <h1>{title}</h1>
    <p>{text}</p>
    {hint && <p class="hint">{hint}</p>}
    {link && (
      <p>
        <a class="button secondary" href={link.href}>
          {link.label}
        </a>
      </p>
    )}
  </section>
)
