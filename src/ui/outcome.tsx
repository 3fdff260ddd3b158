import type { FC } from 'hono/jsx'

type Props = { title: string; text: string; link?: { href: string; label: string } }

/** A page that says what became of something, and where to go from here. */
export const Outcome: FC<Props> = ({ title, text, link }) => (
  <section class="card narrow">
    <h1>{title}</h1>
    <p>{text}</p>
    {link && (
      <p>
        <a class="button secondary" href={link.href}>
          {link.label}
        </a>
      </p>
    )}
  </section>
)
