// A form of passkeys asks the browser for one, and sends what it answers. What the browser cannot do is not shown.
const { credentials } = navigator
const { PublicKeyCredential } = window
const canUse = PublicKeyCredential?.parseRequestOptionsFromJSON && PublicKeyCredential.prototype.toJSON
if (canUse) document.documentElement.classList.add('passkeys')

let waiting = null // for a passkey that is chosen in the field of the address

// Null when the server has something else to say: the form, sent as it is, shows what.
async function challengeOf(form) {
  const answer = await fetch(form.dataset.challenge, { method: 'POST', body: new URLSearchParams() })
  const isOptions = answer.ok && answer.headers.get('Content-Type')?.startsWith('application/json')
  return isOptions ? answer.json() : null
}

function send(form, credential) {
  if (credential) form.querySelector('[data-credential]').value = JSON.stringify(credential)
  form.submit()
}

async function answer(form) {
  const options = await challengeOf(form)
  if (!options) return send(form, null)
  waiting?.abort()
  const publicKey =
    form.dataset.passkey === 'create'
      ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
      : PublicKeyCredential.parseRequestOptionsFromJSON(options)
  send(form, await credentials[form.dataset.passkey]({ publicKey }))
}

addEventListener('submit', (event) => {
  const { target: form } = event
  if (!form.matches('[data-passkey]')) return
  event.preventDefault()
  const failed = form.querySelector('[data-failed]')
  failed.textContent = ''
  answer(form).catch(() => {
    failed.textContent = failed.dataset.failed
    // It may be sent again.
    dispatchEvent(new CustomEvent('htmx:finally:request', { detail: { ctx: { sourceElement: form } } }))
  })
})

// Among what the browser offers to fill in.
async function offer(form) {
  if (!canUse || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
  const options = await challengeOf(form)
  if (!options) return
  waiting = new AbortController()
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const { signal } = waiting
  send(form, await credentials.get({ publicKey, mediation: 'conditional', signal }))
}
const offered = document.querySelector('[data-autofill]')
if (offered) offer(offered).catch(() => {})
