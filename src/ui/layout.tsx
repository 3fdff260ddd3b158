import type { FC, PropsWithChildren } from 'hono/jsx'
import type { AppContext } from '../http/context.ts'
import type { Account } from '../db/accounts.ts'
import type { QueueState } from '../db/registrations.ts'
import { assetUrl } from '../http/assets.ts'
import { LANGUAGES, nameOf, type Messages } from '../i18n/languages.ts'
import { readableEmail } from '../lib/email.ts'
import { hasRole } from '../lib/roles.ts'
import { Alert } from './alert.tsx'
import { Button } from './button.tsx'
import { ContactLink } from './contact-link.tsx'
import { navigationOf } from './navigation.ts'
import { RequestsCount } from './requests-count.tsx'
import { cameFrom } from '../http/paths.ts'

interface Shown {
  c: AppContext
  queue: QueueState | null
  events: Record<string, string>
}
type Props = PropsWithChildren<Shown & { title: string }>

export const Layout: FC<Props> = ({ c, title, queue, events, children }) => {
  const t = c.get('t')
  const language = c.get('language')
  const account = c.get('account')
  const strayProxy = c.get('strayProxy')
  return (
    <html lang={language} data-locale={t.format.locale === language ? undefined : t.format.locale}>
      <head>
        <meta charset="utf-8" />
        <title>{`${title} · ${t.common.appName}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content='{"extensions":"sse","defaultSwap":"outerHTML","history":"reload"}' />
        <link rel="icon" href={assetUrl('mark.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetUrl('colombier.css')} />
        {c.req.path.startsWith('/setup') && <link rel="stylesheet" href={assetUrl('setup.css')} />}
        <script src={assetUrl('colombier.js')} defer></script>
      </head>
      <body>
        <a class="skip" href="#main">
          {t.common.skipToContent}
        </a>
        <Header c={c} t={t} account={account} queue={queue} events={events} />
        <main id="main">
          <div id="notice" class="notice" role="alert" data-unreachable={t.errors.unreachable}></div>
          {account && hasRole(account, 'admin') && strayProxy !== null && (
            <Alert kind="bad">{t.errors.strayProxy(strayProxy)}</Alert>
          )}
          {queue &&
            troublesOf(t, queue).map((trouble) => (
              <Alert kind="bad">
                {trouble} {account && hasRole(account, 'super_admin') && <a href="/tasks">{t.tasks.silentLink}</a>}
              </Alert>
            ))}
          {children}
        </main>
        <footer class="site">
          <p>{t.common.tagline}</p>
          {account && (
            <p>
              <ContactLink t={t} />
            </p>
          )}
          {account && <p data-zone={t.format.zone}>{t.common.zone(t.format.zone)}</p>}
          <LanguageSwitch c={c} current={language} label={t.common.language} />
        </footer>
      </body>
    </html>
  )
}

/** What is wrong with the connectors, in words for those who look after things. */
const troublesOf = ({ tasks: words }: Messages, { connectors }: QueueState): string[] => [
  ...(connectors.allSilent ? [words.silentBanner] : []),
  ...(connectors.oneSilent ? [words.oneSilentBanner] : []),
  ...(connectors.otherVersion ? [words.versionBanner] : []),
]

const Header: FC<Shown & { t: Messages; account: Account | null }> = ({ c, t, account, queue, events }) => (
  <header class="site">
    <a class="brand" href="/">
      <img src={assetUrl('mark.svg')} alt="" width="32" height="32" />
      {t.common.appName}
    </a>
    {account && (
      <>
        <nav aria-label={t.common.mainNavigation} {...(queue && listenTo(queue, events))}>
          {navigationOf(account).map(({ href, label }) => (
            <a href={href} aria-current={c.req.path.startsWith(href) ? 'page' : undefined}>
              {t.common[label]}
              {href === '/registrations' && queue && <RequestsCount t={t} waiting={queue.waiting} />}
              {href === '/tasks' && (queue?.connectors.allSilent || queue?.connectors.oneSilent) && (
                <span class="menu-count bad">
                  !<span class="unseen"> {t.tasks.silent}</span>
                </span>
              )}
            </a>
          ))}
        </nav>
        <form class="who" method="post" action="/sign-out">
          <span>{readableEmail(account.email)}</span>
          <Button kind="quiet">{t.common.signOut}</Button>
        </form>
      </>
    )}
  </header>
)

/** The page's one event stream, which begins with what has changed since the page was made. */
const listenTo = ({ mark }: QueueState, events: Record<string, string>) => ({
  'hx-sse:connect': `/registrations/events?${new URLSearchParams({ since: mark, ...events }).toString()}`,
  'hx-sse:close': 'close',
})

const LanguageSwitch: FC<{ c: AppContext; current: string; label: string }> = ({ c, current, label }) => (
  <form class="languages" method="post" action="/preferences/language" aria-label={label}>
    <input type="hidden" name="next" value={currentPath(c)} />
    {LANGUAGES.map((language) => (
      <button
        type="submit"
        class="button quiet"
        name="language"
        value={language}
        lang={language}
        aria-current={language === current ? 'true' : undefined}
      >
        {nameOf(language)}
      </button>
    ))}
  </form>
)

/** Where to come back to: for an answer to a POST the page of the form, if it is certain that there is one to get. */
const currentPath = (c: AppContext): string => {
  if (c.req.method === 'GET') return c.req.url.slice(c.req.url.indexOf('/', 'https://'.length))

  const { pathname } = new URL(c.req.url)
  const from = cameFrom(c) ?? '/'
  return from === pathname && pathname.lastIndexOf('/') > 0 ? '/' : from
}
