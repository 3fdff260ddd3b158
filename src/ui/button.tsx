import type { FC, JSX, PropsWithChildren } from 'hono/jsx'

type Props = PropsWithChildren<
  JSX.IntrinsicElements['button'] & {
    /** `quiet` for what is beside the point of the page, `danger` for what cannot be undone */
    kind?: 'primary' | 'secondary' | 'quiet' | 'danger'
  }
>

export const Button: FC<Props> = ({ kind = 'primary', children, ...rest }) => (
  <button type="submit" class={`button ${kind}`} {...rest}>
    {children}
  </button>
)
