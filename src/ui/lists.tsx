import type { FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { Button } from './button.tsx'

/** For a form or link that shows another part of a list: in place, and at the address it has of its own. */
export const swapList = (path: string, list: string) => ({
  'hx-get': path,
  'hx-target': `#${list}`,

  'hx-push-url': 'true',
})

type SearchProps = {
  t: Messages
  path: string
  /** the id of the section that the answer replaces */
  list: string
  label: string
  value: string
  /** what else the address says */
  kept?: Record<string, string>
}

/** Finds what begins so. */
export const PrefixSearch: FC<SearchProps> = ({ t, path, list, label, value, kept = {} }) => (
  <form class="search" method="get" action={path} role="search" {...swapList(path, list)}>
    {Object.entries(kept).map(([name, text]) => (
      <input type="hidden" name={name} value={text} />
    ))}
    <label for={`${list}-search`}>{label}</label>
    <div class="control">
      <input
        id={`${list}-search`}
        type="search"
        name="q"
        value={value}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        maxlength={254}
      />
      <Button kind="secondary">{t.lists.show}</Button>
      {value !== '' && (
        <a class="button quiet" href={addressOf(path, kept)}>
          {t.lists.all}
        </a>
      )}
    </div>
  </form>
)

type PagerProps = {
  t: Messages
  path: string
  list: string
  /** what the address says on every page */
  kept: Record<string, string>
  /** the parameter that says where a page begins */
  name?: string
  /** where this page begins, '' for the first */
  after: string
  next: string | null
  label?: string
}

/** To the next page, and back to the first: a list read by keyset has no page numbers. */
export const Pager: FC<PagerProps> = ({ t, path, list, kept, name = 'after', after, next, label }) => {
  if (after === '' && next === null) return null
  const first = addressOf(path, kept)
  const following = addressOf(path, { ...kept, [name]: next ?? '' })
  return (
    <nav class="actions" aria-label={label ?? t.lists.next}>
      {after !== '' && (
        <a class="button quiet" href={first} {...swapList(first, list)}>
          {t.lists.first}
        </a>
      )}
      {next !== null && (
        <a class="button secondary" rel="next" href={following} {...swapList(following, list)}>
          {label ?? t.lists.next}
        </a>
      )}
    </nav>
  )
}

/** The address with these parameters, empty ones left out. */
export function addressOf(path: string, parameters: Record<string, string>): string {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ''))
  return query.size === 0 ? path : `${path}?${query.toString()}`
}
