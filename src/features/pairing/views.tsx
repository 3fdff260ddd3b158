import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { PairingLine } from '../../ui/pairing-line.tsx'

export const Pairing: FC<{ t: Messages; line: string | null }> = ({ t, line }) => (
  <section class="card">
    <h1>{t.pairing.title}</h1>
    <p class="lead">{t.pairing.intro}</p>
    <PairingLine t={t} action="/pairing/line" line={line} />
    {line !== null && (
      <p>
        <a href="/tasks">{t.pairing.seen}</a>
      </p>
    )}
  </section>
)
