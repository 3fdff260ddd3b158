import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { isUnavailable } from '../db/unavailable.ts'
import { describeError, type Log } from '../lib/log.ts'
import { HasherBusy } from '../lib/password/work.ts'
import { ErrorPage } from '../ui/error-page.tsx'
import type { AppContext, AppEnv } from './context.ts'
import { SignInNeeded } from './guards.ts'
import { answerHtml } from './html.ts'
import { render, textOf, type Body } from './render.tsx'
import { answerProofNeeded, ProofNeeded } from './proof.tsx'
import { OtherOrigin } from './security.ts'
import { currentPath, signInPath, isHtmx } from './paths.ts'

/** Answers what a handler threw: refusals by their status, everything else with a reference that is also in the log. */
export const answerError = (log: Log) => {
  return async (error: Error, context: Context<AppEnv>): Promise<Response> => {
    const c = context
    if (error instanceof SignInNeeded) return isHtmx(c) ? sessionEnded(c) : c.redirect(signInPath(c), 303)
    if (error instanceof ProofNeeded) return answerProofNeeded(c, error)
    if (error instanceof OtherOrigin) return errorPage(c, 403, c.get('t').errors.otherOrigin(c.get('config').origin))
    if (error instanceof HTTPException) return errorPage(c, error.status)

    const busy = error instanceof HasherBusy || isUnavailable(error)
    log.error({ event: busy ? 'unavailable' : 'error', reference: c.get('reference'), ...describeError(error) })
    return errorPage(c, busy ? 503 : 500)
  }
}

/** The page keeps what is being typed, to be sent once the person has signed in elsewhere. */
function sessionEnded(c: AppContext): Promise<Response> {
  const { errors } = c.get('t')
  return answerInNotice(
    c,
    401,
    <p data-signed-out>
      {errors.titles[401]}. {errors.texts[401]}{' '}
      <a href={signInPath(c)} target="_blank">
        {errors.signInElsewhere}
      </a>
      {'. '}
      {errors.thenAgain}
    </p>,
  )
}

/** Puts the answer into the layout's notice, wherever htmx was going to put it; the rest of the page stays. */
async function answerInNotice(c: AppContext, status: number, paragraph: Body): Promise<Response> {
  c.header('HX-Retarget', '#notice')
  c.header('HX-Reswap', 'innerHTML')
  c.header('HX-Reselect', 'p')
  return answerHtml(c, await textOf(paragraph), status as ContentfulStatusCode)
}

export const answerNotFound = (c: AppContext): Promise<Response> => errorPage(c, 404)

async function errorPage(c: AppContext, status: number, text?: string): Promise<Response> {
  const t = c.get('t')
  const reference = c.get('reference')
  const known = (status in t.errors.titles ? status : status < 500 ? 400 : 500) as keyof typeof t.errors.titles
  const content = { title: t.errors.titles[known], text: text ?? t.errors.texts[known] }
  // What was sent is not sent again by itself.
  const reloads = known === 503 && c.req.method === 'GET' && !isHtmx(c)
  if (known === 503) c.header('Retry-After', '5')
  if (reloads) c.header('Refresh', '5')

  if (isHtmx(c)) {
    const paragraph = (
      <p>
        {content.title}. {content.text} {known === 500 && t.errors.reference(reference)}
        {known === 404 && <a href={currentPath(c)}>{t.errors.afresh}</a>}
      </p>
    )
    return answerInNotice(c, status, paragraph)
  }
  return render(c, {
    title: content.title,
    status: status as ContentfulStatusCode,
    body: <ErrorPage t={t} {...content} reloads={reloads} reference={known === 500 ? reference : null} />,
  })
}
