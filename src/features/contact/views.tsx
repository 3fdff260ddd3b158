import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import type { ContactState } from './form.ts'

export const ContactForm: FC<ContactState & { t: Messages }> = ({ t, errors = {}, typed = {} }) => (
  <section class="card narrow">
    <h1>{t.contact.title}</h1>
    <p class="lead">{t.contact.intro}</p>
    <form method="post" action="/contact">
      <input type="hidden" name="mailbox" value={typed.mailbox ?? ''} />
      {typed.mailbox && (
        <p>
          {t.contact.about} <strong class="address">{typed.mailbox}</strong>
        </p>
      )}
      <TextField
        name="message"
        label={t.contact.message}
        hint={t.contact.messageHint}
        value={typed.message}
        error={errors.message}
        rows={6}
        maxlength={2000}
        autofocus
        required
      />
      <div class="actions">
        <Button>{t.contact.submit}</Button>
        <a class="button quiet" href="/mailboxes">
          {t.common.cancel}
        </a>
      </div>
    </form>
  </section>
)

export const ContactAddress: FC<{ t: Messages; address: string }> = ({ t, address }) => (
  <section class="card narrow">
    <h1>{t.contact.title}</h1>
    <p>
      {t.contact.write} <a href={`mailto:${address}`}>{address}</a>
    </p>
  </section>
)
