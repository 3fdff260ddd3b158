import type { FC } from 'hono/jsx'
import { encode } from 'uqr'

/** One path, black on white in dark mode too: many readers take nothing else. */
export const QrCode: FC<{ label: string; text: string }> = ({ label, text }) => {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  const runs = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path class="paper" d={`M0 0h${size}v${size}h-${size}z`} />
      <path d={runs.join('')} />
    </svg>
  )
}
