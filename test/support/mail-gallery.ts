import type { Messages } from '../../src/i18n/languages.ts'
import { renderMail, type MailContent } from '../../src/mails/render.tsx'

const [person, mailbox, at] = ['emma.of-the-old-mill@newcomers.test', 'ada.lovelace@example.org', '2026-11-30 13:39:00']
const url = 'https://mail-admin.example.org/registration/confirmation?token=Zm91ci1hbmQtdHdlbnR5LWJsYWNrYmlyZHMtYmFrZWQ'

/** Every mail there is, as it is sent, by its name. */
export function mailGallery(t: Messages) {
  const { mails } = t
  const contents: Record<string, MailContent> = {
    confirmRegistration: mails.confirmRegistration(person, 48),
    registrationKnown: mails.registrationKnown(person),
    registrationWaits: mails.registrationWaits(person),
    registrationToModerate: mails.registrationToModerate(person),
    registrationApproved: mails.registrationApproved(person),
    registrationDenied: mails.registrationDenied('We only have room for people of the village.\n\nTry again in May.'),
    accountPasswordChanged: mails.accountPasswordChanged(person),
    passwordReset: mails.passwordReset(person, 60),
    emailChange: mails.emailChange(person, 60),
    emailChanged: mails.emailChanged(person),
    created: mails.created(mailbox),
    creationFailed: mails.creationFailed(mailbox, t.mailboxes.setUpFailed.mail_host),
    passwordChanged: mails.passwordChanged(mailbox),
    recoveryCodeMade: mails.recoveryCodeMade(mailbox),
    recoveryRequested: mails.recoveryRequested(mailbox, at),
    newStartOffered: mails.newStartOffered(mailbox),
    appPasswordMade: mails.appPasswordMade(mailbox, 'phone'),
    deletionRequested: mails.deletionRequested(mailbox, at),
    deletionReminder: mails.deletionReminder(mailbox, at),
    deletionDone: mails.deletionDone(mailbox),
    deletionFailed: mails.deletionFailed(mailbox, t.mailboxes.deletionFailed.wrong_key_password),
    changedElsewhere: mails.changedElsewhere(mailbox),
    deletionCancelled: mails.deletionCancelled(mailbox),
    passwordRolledBack: mails.passwordRolledBack(mailbox, t.recovery.ended),
    connectorSilent: mails.connectorSilent,
    connectorBack: mails.connectorBack,
    oneConnectorSilent: mails.oneConnectorSilent('mx2.example.org'),
    oneConnectorBack: mails.oneConnectorBack('mx2.example.org'),
    versionsDiffer: mails.versionsDiffer('1.0.0', 'mx1.example.org (0.9.0), mx2.example.org (0.9.1)'),
    contact: mails.contact(person, mailbox, 'Good evening,\n\nmy mailbox is locked.\n\nEmma'),
  }
  return Object.entries(contents).map(([name, content]) => ({
    name,
    ...renderMail(t, { link: { label: mails.open, url }, ...content }),
  }))
}
