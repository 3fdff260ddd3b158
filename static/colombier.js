// What htmx cannot do under a policy without inline scripts.
document.documentElement.classList.add('js')

const secrets = (form) => form.querySelectorAll('[autocomplete$="-password"]')
const reveal = (form, shown) => {
  for (const input of secrets(form)) input.type = shown ? 'text' : 'password'
  for (const box of form.querySelectorAll('[data-reveal]')) box.checked = shown
}

addEventListener('change', ({ target }) => {
  if (target.matches('[data-reveal]')) reveal(target.form, target.checked)
})

// From the field that it names, else from what stands before it.
addEventListener('click', async ({ target }) => {
  const button = target.closest?.('[data-copy]')
  if (!button) return
  const source = document.getElementById(button.dataset.copy) ?? button.previousElementSibling
  // Without the right to the clipboard it is selected, ready for the keyboard.
  if (source.select) source.select()
  else getSelection().selectAllChildren(source)
  await navigator.clipboard?.writeText(source.value ?? source.textContent).then(
    () => (button.textContent = button.dataset.copied),
    () => {},
  )
})

// A page that the browser kept may be of a session that has ended since.
addEventListener('pageshow', ({ persisted }) => persisted && location.reload())

const sent = new WeakSet()
const answered = new WeakSet()

/** Unanswered, the browser would put a page of its own in the place of what was typed. */
async function sendIfAnswered(form, submitter) {
  const answer = await fetch('/health').catch(() => {})
  sent.delete(form)
  submitter?.removeAttribute('aria-busy')
  if (!answer?.ok) return sayUnreachable()
  answered.add(form)
  form.requestSubmit(submitter)
}

addEventListener(
  'submit',
  (event) => {
    const { target: form, submitter } = event
    // A second click or Enter while the first is under way.
    if (sent.has(form)) {
      event.preventDefault()
      return event.stopPropagation()
    }
    sent.add(form)
    setTimeout(() => sent.delete(form), 5000)
    submitter?.setAttribute('aria-busy', 'true')

    if (!form.matches('[hx-post], [hx-get], [data-passkey]') && !answered.delete(form)) {
      event.preventDefault()
      event.stopPropagation()
      return sendIfAnswered(form, submitter)
    }

    // Browsers remember what is sent from a field of text.
    reveal(form, false)
  },
  true,
)

// How strong a new password is can be said without what else stands in the form.
addEventListener('htmx:config:request', ({ detail: { ctx } }) => {
  const { sourceElement: source, request } = ctx
  if (!source.matches('input[hx-post]')) return
  for (const name of [...request.body.keys()]) if (name !== source.name) request.body.delete(name)
})

addEventListener('keydown', ({ key, target, isComposing }) => {
  if (key !== 'Escape' || isComposing) return
  ;(target.form ?? target.closest('form'))?.querySelector('[data-cancel]')?.click()
  target.closest('.menu[open]')?.firstElementChild.click()
})

// Several requests at once: with Shift all that lie between, with the arrows from one to the next.
const boxes = () => [...document.querySelectorAll('[name=selected]')]
let ticked = null // what a Shift begins from

function countTicks() {
  const words = document.querySelector('[data-selected]')
  const count = boxes().filter((box) => box.checked).length
  if (words) words.textContent = words.textContent.replace(/\d+/, count)
}

addEventListener('click', (event) => {
  const { target, shiftKey } = event
  const all = boxes()
  if (all.includes(target)) {
    const [from, to] = [all.indexOf(ticked), all.indexOf(target)].sort((one, other) => one - other)
    if (shiftKey && from >= 0) for (const box of all.slice(from, to + 1)) box.checked = target.checked
    ticked = target
  } else if (target.matches('[data-tick]')) {
    event.preventDefault()
    for (const box of all) box.checked = target.dataset.tick !== ''
    // The bar goes, and the focus with it.
    all[0]?.focus()
  }
  countTicks()
})

addEventListener('keydown', (event) => {
  const { key, target, shiftKey } = event
  const all = boxes()
  const next = all[all.indexOf(target) + { ArrowDown: 1, ArrowUp: -1 }[key]]
  if (!next || !all.includes(target)) return
  event.preventDefault()
  next.focus()
  if (shiftKey) next.checked = target.checked
  countTicks()
})

// What a browser ticks again by itself when a page is reloaded.
countTicks()

// Times are the server's until the visitor's own clock is known.
const { lang, dataset } = document.documentElement
const locale = dataset.locale ?? lang
const clocks = {
  day: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
  hour: new Intl.DateTimeFormat(locale, { timeStyle: 'short' }),
}
function tellTimes(part) {
  for (const element of part.querySelectorAll('time')) {
    const at = new Date(element.dateTime)
    const minutes = Math.ceil((at - Date.now()) / 60000)
    // How long ago it was needs no zone, but what the mouse is told does.
    if (element.title) element.title = clocks.day.format(at)
    else {
      const soon = new Intl.RelativeTimeFormat(locale).format(minutes, 'minute')
      const clock = /\d{4}/.test(element.textContent) ? clocks.day : clocks.hour
      element.textContent = clock.format(at) + (minutes > 0 && minutes <= 60 ? ` (${soon})` : '')
    }
  }
  for (const zone of part.querySelectorAll('[data-zone]'))
    zone.textContent = zone.textContent.replace(zone.dataset.zone, clocks.day.resolvedOptions().timeZone)
}
tellTimes(document)

const notice = document.getElementById('notice')
// A person asked for it, and not the time or what is being typed.
const byPerson = ({ sourceElement }) => !sourceElement.matches('[hx-trigger]')
const sayUnreachable = () => (notice.innerHTML = `<p>${notice.dataset.unreachable}</p>`)
const tellUnreachable = (ctx) => ctx && byPerson(ctx) && sayUnreachable()

// A sliver at the edge is not in sight.
addEventListener('focusin', ({ target }) => {
  if (target.matches('nav a:focus-visible')) target.scrollIntoView({ block: 'nearest' })
})

// Where the keyboard goes when what it was on is replaced.
const openers = new Map() // by what a link's answer replaced: the link's address
let acted = null // what the person used last

const isAnswered = ({ response }) => response?.status < 400
const hasSignedOut = () => notice.querySelector('[data-signed-out]') !== null

function noteAct({ sourceElement: source, target }) {
  acted = source
  if (source.matches('a:not([data-cancel])')) openers.set(target.id, source.getAttribute('href'))
}

/** The field that asks for it, the link that had opened the form, what has changed, or all that is new. */
function moveFocus(target) {
  const wanted = target.querySelector('[data-focus]')
  if (!wanted && document.activeElement !== document.body) return
  const link = target.querySelector(`a[href="${openers.get(target.id)}"]`)
  const opener = link?.closest('details:not([open])')?.firstElementChild ?? link
  ;(wanted ?? opener ?? target.querySelector('.changed[tabindex]') ?? target).focus()
}

const searches = new Map() // by a page's path: what its address said besides when something was opened in it

/** What opens in place has the address of its link, and what closes it gives the page's back. */
function followAddress(ctx) {
  const { sourceElement: source, hx } = ctx
  const href = source.getAttribute('href')
  const page = source.matches('[data-cancel]') ? href : hx?.replaceurl
  if (page) ctx.hx = { ...hx, replaceurl: page + (searches.get(page) ?? '') }
  else if (href) {
    searches.set(location.pathname, location.search)
    ctx.push ??= href
  }
}

/** In content that comes later, a browser complains about the attribute. */
function keepAutofocus(fragment) {
  for (const field of fragment.querySelectorAll('[autofocus]')) {
    field.removeAttribute('autofocus')
    field.dataset.focus = ''
  }
}

/** The server sends no password back: what was typed stays in a form that comes again. */
function keepSecrets(fragment) {
  for (const field of secrets(fragment)) {
    if (!field.value) field.value = document.getElementById(field.id)?.value ?? ''
  }
}

function markChanged(ctx, { fragment, type }) {
  const [row] = fragment.children
  const changed = type === 'main' && ctx.request?.method === 'POST' && isAnswered(ctx)
  if (changed && row?.matches('li, tr') && !row.querySelector('.changed')) row.classList.add('changed')
}

/** Words that come together with their role are not read out: they come once more. */
function readOut(target) {
  for (const status of target.querySelectorAll('[role=status], .changed [aria-live]'))
    status.innerHTML = status.innerHTML
}

addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  const { sourceElement: source } = ctx
  if (!byPerson(ctx)) return
  noteAct(ctx)
  notice.replaceChildren()
  if (!source.matches('form')) source.setAttribute('aria-busy', 'true')
})

addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
  const { sourceElement: source } = ctx
  sent.delete(source)
  for (const element of [source, ...source.querySelectorAll('[aria-busy]')]) element.removeAttribute('aria-busy')
})

// What was typed stays where it is when there is no answer, or one that is not Colombier's own, such as a proxy's.
addEventListener('htmx:error', ({ detail: { ctx } }) => tellUnreachable(ctx))
addEventListener('htmx:before:response', (event) => {
  const { ctx } = event.detail
  if (ctx.response.status < 400 || /HX-Request/i.test(ctx.response.headers.get('Vary'))) return
  event.preventDefault()
  tellUnreachable(ctx)
})

addEventListener('htmx:before:swap', (event) => {
  const { ctx, tasks } = event.detail
  const isNotice = ctx.hx?.retarget === '#notice' && !byPerson(ctx)
  if (isNotice && (hasSignedOut() || !ctx.text.includes('data-signed-out'))) return event.preventDefault()
  if (hasSignedOut() && isAnswered(ctx)) notice.replaceChildren()
  if (isAnswered(ctx)) followAddress(ctx)

  for (const task of tasks) {
    keepAutofocus(task.fragment)
    tellTimes(task.fragment)
    if (!isAnswered(ctx)) keepSecrets(task.fragment)
    markChanged(ctx, task)
  }
})

addEventListener('htmx:after:settle', ({ target, detail }) => {
  for (const mark of target.querySelectorAll('[data-suggested]')) {
    mark.removeAttribute('data-suggested')
    reveal(mark.closest('form'), true)
  }
  setTimeout(() => readOut(target), 100)
  countTicks()
  if (acted === null || detail.task.sourceElement !== acted) return
  acted = null
  if (target !== notice) moveFocus(target)
})
