// What htmx cannot do under a policy without inline scripts.
document.documentElement.classList.add('js')

const secrets = (form) => form.querySelectorAll('[autocomplete$="-password"]')

addEventListener('change', ({ target }) => {
  if (!target.matches('[data-reveal]')) return
  for (const input of secrets(target.form)) input.type = target.checked ? 'text' : 'password'
})

// Browsers remember what is sent from a field of text.
addEventListener(
  'submit',
  ({ target }) => {
    for (const input of secrets(target)) input.type = 'password'
    for (const box of target.querySelectorAll('[data-reveal]')) box.checked = false
  },
  true,
)

// How strong a new password is can be said without what else stands in the form.
addEventListener('htmx:config:request', ({ detail: { ctx } }) => {
  const { sourceElement: source, request } = ctx
  if (!source.matches('input[hx-post]')) return
  for (const name of [...request.body.keys()]) if (name !== source.name) request.body.delete(name)
})

addEventListener('keydown', ({ key, target }) => {
  if (key === 'Escape') target.closest('form')?.querySelector('[data-cancel]')?.click()
})

// Where the keyboard goes when what it was on is replaced: to the field that asks for it, to the link that had opened the
// form, else to the new content.
const openers = new Map()
let acted = null

addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  const { sourceElement: source, target } = ctx
  if (source.matches('[hx-trigger]')) return
  acted = target.id
  if (source.matches('a:not([data-cancel])')) openers.set(acted, source.getAttribute('href'))
})

// In content that comes later the attribute is a browser's complaint.
addEventListener('htmx:before:swap', ({ detail }) => {
  for (const { fragment } of detail.tasks)
    for (const field of fragment.querySelectorAll('[autofocus]')) {
      field.removeAttribute('autofocus')
      field.dataset.focus = ''
    }
})

addEventListener('htmx:after:settle', ({ target }) => {
  if (acted === null || target.id !== acted) return
  acted = null
  const wanted = target.querySelector('[data-focus]')
  if (!wanted && document.activeElement !== document.body) return
  ;(wanted ?? target.querySelector(`a[href="${openers.get(target.id)}"]`) ?? target).focus()
})
