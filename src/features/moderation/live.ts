import { setTimeout as sleep } from 'node:timers/promises'
import type { HtmlEscapedString } from 'hono/utils/html'
import { isWanted } from '../../account/second-factor.ts'
import type { Config } from '../../config.ts'
import { readQueue, readQueueState, type QueuePage, type QueueState, type QueueView } from '../../db/registrations.ts'
import { listModeratorSessions } from '../../db/sessions.ts'
import type { Pool } from '../../db/store.ts'
import type { Language } from '../../i18n/languages.ts'
import { describeError, type Log } from '../../lib/log.ts'

/** A browser with an open page, and what it shows. */
export interface Listener {
  sessionHash: Buffer
  language: Language
  /** the part of the queue on its page; null where the page shows none */
  view: QueueView | null
  /** the mark of the state that it shows */
  seen: string
  /** false when the browser is behind with reading: nothing was sent */
  send(text: string): boolean
  /** `forGood`: it need not come back */
  end(forGood: boolean): void
}

type Fragment = HtmlEscapedString | Promise<HtmlEscapedString>

interface Parts {
  pool: Pool
  config: Pick<Config, 'secondFactor'>
  log: Log
  stopping?: AbortSignal | undefined
  renderCount: (language: Language, waiting: number) => Fragment
  renderQueue: (language: Language, view: QueueView, page: QueuePage) => Fragment
}

const turnMs = 1000
/** Proxies close what is silent for a minute. */
const turnsBetweenSigns = 20

/**
 * Tells every open page what changes in the queue, whichever process changed it. However many listen, it takes two
 * queries a second (has anything changed, and who may still listen) and one more after a change; while nobody listens,
 * it takes none.
 */
export function createLive({ pool, config: { secondFactor }, log, stopping, renderCount, renderQueue }: Parts) {
  const isFactorWanted = isWanted(secondFactor, { role: 'admin' })
  const listeners = new Set<Listener>()
  let running = false

  stopping?.addEventListener('abort', () => endAll([...listeners], false))

  function endAll(ending: Listener[], forGood: boolean): void {
    for (const listener of ending) {
      listeners.delete(listener)
      listener.end(forGood)
    }
  }

  async function run(): Promise<void> {
    running = true
    let failing = false
    for (let turn = 1; listeners.size > 0; turn++) {
      try {
        await takeTurn()
        failing = false
      } catch (error) {
        // While the database is away, one line and not one a second.
        if (!failing) log.error({ event: 'live', ...describeError(error) })
        failing = true
      }
      if (turn % turnsBetweenSigns === 0) for (const listener of listeners) listener.send(': \n\n')
      await sleep(turnMs)
    }
    running = false
  }

  async function takeTurn(): Promise<void> {
    const hashes = new Map([...listeners].map(({ sessionHash }) => [sessionHash.toString('hex'), sessionHash]))
    const [state, allowed] = await Promise.all([
      readQueueState(pool),
      listModeratorSessions(pool, [...hashes.values()], { isFactorWanted, factorFrom: secondFactor.from }),
    ])
    // Listeners that joined during the queries wait for the next turn.
    const asked = [...listeners].filter(({ sessionHash }) => hashes.has(sessionHash.toString('hex')))
    endAll(
      asked.filter(({ sessionHash }) => !allowed.has(sessionHash.toString('hex'))),
      true,
    )
    await tell(
      asked.filter((listener) => listeners.has(listener) && listener.seen !== state.mark),
      state,
    )
  }

  async function tell(behind: Listener[], { mark, waiting }: QueueState): Promise<void> {
    const views = new Map(behind.flatMap(({ view }) => (view ? [[JSON.stringify(view), view] as const] : [])))
    const pages = await readQueue(pool, [...views.values()])
    const pageOf = new Map([...views.keys()].map((key, index) => [key, pages[index]]))

    const made = new Map<string, string>()
    for (const listener of behind) {
      const { language, view } = listener
      const key = `${language} ${JSON.stringify(view)}`
      const page = view && pageOf.get(JSON.stringify(view))
      const text = made.get(key) ?? toEvent(mark, await renderBoth(language, waiting, view, page))
      made.set(key, text)
      if (listeners.has(listener) && listener.send(text)) listener.seen = mark
    }
  }

  async function renderBoth(language: Language, waiting: number, view: QueueView | null, page?: QueuePage | null) {
    const count = await renderCount(language, waiting)
    const queue = view && page ? await renderQueue(language, view, page) : ''
    return String(count) + String(queue)
  }

  return {
    /** From now on the listener is told. @returns what to call when it has gone */
    join(listener: Listener): () => void {
      if (stopping?.aborted) {
        listener.end(false)
        return () => undefined
      }
      listeners.add(listener)
      if (!running) void run()
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

const toEvent = (id: string, data: string): string =>
  `id: ${id}\n${data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('')}\n`
