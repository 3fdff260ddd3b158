import { createFormat } from './format.ts'

const format = createFormat('en')

export const en = {
  format,
  common: {
    appName: 'Colombier',
    skipToContent: 'Skip to the content',
    mainNavigation: 'Main navigation',
    signOut: 'Sign out',
    mailboxes: 'Mailboxes',
    requests: 'Requests',
    requestsWaiting: (waiting: number) => format.plural(waiting, { one: 'waits', other: 'wait' }),
    language: 'Language',
    tagline: 'Your mailboxes, in your hands.',
    cancel: 'Cancel',
  },
  /** What is wrong with a field of a form. */
  fields: {
    required: 'Please fill this in.',
    invalid: 'This cannot be used here.',
    email: 'Please enter an e-mail address such as ada@example.org.',
    tooLong: 'This is too long.',
    passwordShort: 'Please use 12 characters or more.',
    passwordLong: 'Please use 256 characters or fewer.',
    passwordCharacters: 'Line breaks and other control characters cannot be used in a password.',
    passwordsDiffer: 'The two passwords are not the same.',
    passwordSame: 'Please choose another password than the current one.',
    localPartShort: 'Please use 6 characters or more.',
    aliasShort: 'Please use 8 characters or more.',
    localPartLong: 'Please use 64 characters or fewer.',
    localPartAt: 'Please enter only what stands before the @; the domain is chosen beside it.',
    localPartSeparator: 'This character separates what the mail server adds to an address and cannot be used here.',
    localPartCharacters: 'Please use only a to z, 0 to 9, dot, hyphen and underscore.',
    localPartDots: 'It cannot begin with a dot or hyphen, end with a dot, or have two dots in a row.',
    localPartReserved: 'This name is reserved for the people who run the domain.',
    wholeNumber: 'Please enter a whole number.',
    reasonShort: 'Please say a little more: 10 characters or more.',
    textCharacters: 'This contains characters that cannot be used here.',
    mailboxLimit: 'Please enter a whole number up to 10,000, or nothing.',
  },
  signIn: {
    title: 'Sign in',
    intro: 'Manage your encrypted mailboxes and aliases.',
    email: 'E-mail address',
    password: 'Password',
    submit: 'Sign in',
    noAccount: 'You have no account yet?',
    register: 'Ask for one',
    wrong: 'This e-mail address and password do not go together.',
    blocked: (seconds: number) =>
      `Too many attempts. Please try again in ${format.count(Math.ceil(seconds / 60), { one: 'minute', other: 'minutes' })}.`,
  },
  setup: {
    title: 'Welcome to Colombier',
    intro: 'Create the first administrator. They have every right here and can let others in.',
    token: 'Setup token',
    tokenHint: 'The server printed it when it started; a restart prints a new one.',
    tokenWrong: 'This is not the current setup token.',
    blocked: (seconds: number) =>
      `Too many wrong tokens. Please try again in ${format.count(Math.ceil(seconds / 60), { one: 'minute', other: 'minutes' })}.`,
    language: 'Your language',
    email: 'Your e-mail address',
    password: 'Password',
    passwordHint: '12 to 256 characters. A few unrelated words are easy to remember and hard to guess.',
    again: 'The same password again',
    submit: 'Create the administrator',
  },
  registration: {
    title: 'Ask for an account',
    intro: 'Tell us who you are. Someone will read it and let you in; you hear from us by mail.',
    email: 'E-mail address',
    emailHint: 'You confirm it by a link that we send there.',
    password: 'Password',
    passwordHint: '12 to 256 characters. A few unrelated words are easy to remember and hard to guess.',
    again: 'The same password again',
    reason: 'Why would you like an account?',
    reasonHint: 'In your own words, 10 to 2,000 characters.',
    trap: 'Please leave this empty',
    submit: 'Send the request',
    haveAccount: 'You have an account?',
    tooFast: 'That was very quick. Please enter the password again and send the form once more.',
    formExpired: 'The form was open for too long. Please enter the password again and send the form once more.',
    blocked: (seconds: number) =>
      `Too many requests from your network. Please try again in ${format.count(Math.ceil(seconds / 60), { one: 'minute', other: 'minutes' })}.`,
    sent: {
      title: 'Look into your mailbox',
      text: 'We have sent you a mail. Open the link in it to confirm your request.',
      hint: (hours: number) =>
        `The link is good for ${format.count(hours, { one: 'hour', other: 'hours' })}. No mail? Look among the spam, and check that the address was right.`,
    },
    confirmation: {
      title: 'Confirm your request',
      intro: 'This is what was sent for your address. If you did not write it, close this page: nothing will happen.',
      submit: 'Confirm the request',
      done: {
        title: 'Thank you',
        text: 'Your address is confirmed, and your request waits for someone to read it. You will get a mail.',
      },
      account: {
        title: 'You have an account',
        text: 'There is an account for your address already. You can sign in.',
      },
      gone: {
        title: 'This link leads nowhere any more',
        text: 'It was used before, or it is too old. If you never heard from us after confirming, send the form again.',
      },
      again: 'To the form',
    },
  },
  moderation: {
    title: 'Requests for accounts',
    tabs: 'Requests',
    waiting: 'Waiting',
    decided: 'Decided',
    filter: 'E-mail address begins with',
    search: 'Show',
    all: 'Show all',
    empty: 'Nobody waits. New requests appear here by themselves.',
    emptyFilter: 'No address that waits begins so.',
    emptyDecided: 'Nothing has been decided yet.',
    next: 'Next page',
    first: 'First page',
    select: (email: string) => `Select ${email}`,
    requestedAt: (at: string) => `Asked on ${format.dateTime(at)}`,
    note: (at: string) => format.dateTime(at),
    notes: 'Notes',
    addNote: 'Add a note',
    noteField: 'Note for the other moderators',
    saveNote: 'Save the note',
    approve: 'Approve',
    approveLong: 'Approve the request',
    domains: 'Domains to grant',
    noDomains: 'You hold no domain that you could grant. Please ask a super administrator.',
    limit: 'Mailboxes',
    limitHint: (byDefault: number) => `At most so many; empty: as everyone, ${format.number(byDefault)}.`,
    deny: 'Deny',
    denyLong: 'Deny the request',
    message: 'Message to the person',
    messageHint: 'Sent by mail. Empty: the request is denied silently, and no mail is sent.',
    selected: 'With the selected ones',
    approveSelected: 'Approve them',
    denySelected: 'Deny them',
    decisions: {
      approved: (by: string, at: string) => `Approved by ${by}, ${format.dateTime(at)}`,
      denied: (by: string, at: string) => `Denied by ${by}, ${format.dateTime(at)}`,
    },
    badges: { approved: 'Approved', denied: 'Denied' },
    granted: 'Domains',
    told: 'Message',
    silently: 'Silently, without a message.',
    refusals: {
      none: 'Please choose at least one domain.',
      foreign: 'You may grant only domains that you hold yourself.',
      unselected: 'Please select at least one request.',
      account: 'There is an account for this address meanwhile. The request can only be denied.',
      already: {
        approved: (by: string, at: string) => `${by} had approved this already, ${format.dateTime(at)}.`,
        denied: (by: string, at: string) => `${by} had denied this already, ${format.dateTime(at)}.`,
      },
    },
    bulk: {
      approved: (count: number) => `${format.count(count, { one: 'request', other: 'requests' })} approved.`,
      denied: (count: number) => `${format.count(count, { one: 'request', other: 'requests' })} denied.`,
    },
  },
  mailboxes: {
    title: 'Mailboxes',
    count: (count: number, limit: number) => `${format.number(count)} of ${format.number(limit)}`,
    empty: 'You have no mailbox yet. Create your first one here.',
    noDomain: 'No domain has been granted to your account yet. Please ask an administrator.',
    limitReached: (limit: number) =>
      `Your account may have ${format.count(limit, { one: 'mailbox', other: 'mailboxes' })}, and has them all.`,
    create: 'New mailbox',
    localPart: 'Name',
    localPartHint: '6 to 64 characters: a to z, 0 to 9, dot, hyphen, underscore.',
    domain: 'Domain',
    preview: 'The address will be',
    quota: 'Storage',
    quotaHint: (most: number) => (most === 0 ? 'In megabytes.' : `In megabytes, at most ${format.number(most)}.`),
    quotaOutOfRange: 'This is not within what a mailbox may have.',
    quotaOf: (bytes: number | null) => (bytes === null ? 'Storage without a limit' : `Storage: ${format.bytes(bytes)}`),
    submit: 'Create the mailbox',
    refusals: {
      limit: 'Your account has as many mailboxes as it may have.',
      taken: 'This address is not free.',
      domain: 'Your account has no right to create mailboxes in this domain.',
    },
    badges: {
      active: 'Active',
      settingUp: 'Being set up',
      rekeying: 'Re-encrypting',
      deleting: 'To be deleted',
      lockedByAdministrator: 'Locked',
      setUpFailed: 'Failed',
      closed: 'Closed',
      missing: 'Missing',
    },
    states: {
      active: 'Receives mail, and you can log in with your mail program.',
      settingUp: 'The mail server is preparing the mailbox and its key. This takes a moment.',
      closed: 'The mailbox was closed on the mail server. Please ask an administrator.',
      missing: 'The mail server does not have this mailbox any more. Please ask an administrator.',
    },
    rekeying: (until: string) =>
      `Your mail is being re-encrypted for the new password. Nobody can log in meanwhile; mail still arrives. Back by ${format.time(until)} at the latest.`,
    deleting: (at: string) => `It will be deleted on ${format.dateTime(at)}. Nobody can log in; mail still arrives.`,
    lockedByAdministrator: (reason: string | null) =>
      reason ? `Locked by an administrator: ${reason}` : 'Locked by an administrator.',
    setUpFailed: {
      wrong_key_password: 'The mailbox has a key that another password protects. Please ask an administrator.',
      deadline: 'The mail server did not prepare the mailbox in time. Please try again.',
      mail_host:
        'The mail server could not prepare the mailbox. Please try again; if it fails again, ask an administrator.',
      unknown_mailbox: 'The mail server does not know this address. Please ask an administrator.',
      seal: 'The mail server refused the request, because it could not tell that it came from here. Please ask an administrator.',
      replayed:
        'The mail server refused the request, because it had carried it out before. Please ask an administrator.',
      unsafe_home: 'The place of the mailbox on the mail server is not a safe one. Please ask an administrator.',
    },
    changeFailed: {
      wrong_key_password:
        'The password was not changed: the key of your mail does not open with the password you gave as the current one, so your mail could not be re-encrypted. The old password still logs in. Please ask an administrator.',
      deadline: 'The password was not changed: the mail server did not answer in time. The old password still holds.',
      mail_host:
        'The password was not changed: the mail server had a fault. The old password still holds; please try again.',
      unknown_mailbox:
        'The password was not changed: the mail server does not know this mailbox. Please ask an administrator.',
      seal: 'The password was not changed: the mail server could not tell that the request came from here. The old password still holds. Please ask an administrator.',
      replayed:
        'The password was not changed: the mail server had carried out this request before. Please ask an administrator.',
      unsafe_home: 'The password was not changed. The old password still holds.',
    },
    deletionFailed: {
      wrong_key_password: 'The mailbox was not deleted.',
      deadline: 'The mailbox was not deleted.',
      mail_host: 'The mailbox was not deleted: the mail server had a fault. It is as it was before; please try again.',
      unknown_mailbox: 'The mailbox was not deleted: the mail server does not know it. Please ask an administrator.',
      seal: 'The mailbox was not deleted: the mail server could not tell that the request came from here. Please ask an administrator.',
      replayed:
        'The mailbox was not deleted: the mail server had carried out this request before. Please ask an administrator.',
      unsafe_home:
        'The mailbox was not deleted: its place on the mail server is not one that may be removed. Please ask an administrator.',
    },
    setUpAgain: 'Set it up again',
    setUpAgainIntro: 'Choose the password of the mailbox once more: the one given before was not kept.',
  },
  password: {
    change: 'Change the password',
    intro:
      'Your mail is encrypted with a key that your password protects. The mailbox is closed for a moment while the key changes hands; no mail is lost.',
    current: 'Current password',
    next: 'New password',
    hint: '12 to 256 characters. A few unrelated words are easy to remember and hard to guess.',
    again: 'The same password again',
    reveal: 'Show what I type',
    submit: 'Change the password',
    tooManyBytes:
      'This is too long for the way in which this server keeps passwords. Accents and signs count for more than one character.',
    refusals: {
      wrong_current: 'This is not the current password of the mailbox.',
      unknown_scheme: 'The current password is kept in a way that cannot be checked here. Please ask an administrator.',
      busy: 'Something else is being done to this mailbox. Please wait until it has ended.',
      locked: 'This mailbox is locked by an administrator.',
      gone: 'The mail server does not have this mailbox any more.',
    },
  },
  deletion: {
    title: (address: string) => `Delete ${address}?`,
    open: 'Delete',
    intro: 'This is what will be gone:',
    losses: (address: string) => [
      'every mail in the mailbox, in every folder; nobody can bring it back, since only your password opens it',
      'every alias that leads to this mailbox: mail to them will be refused',
      `the address ${address} itself: mail to it will be refused, and nobody else can have it for a while`,
    ],
    delay: (hours: number) =>
      `The mailbox is closed at once. You can call it off for ${format.count(hours, { one: 'hour', other: 'hours' })}; until then mail is still accepted.`,
    password: 'Password of the mailbox',
    submit: 'Delete the mailbox',
    keep: 'Keep it',
    cancel: 'Call the deletion off',
    tooLate: 'It is too late: the mail server has begun, or the deletion was called off already.',
  },
  locks: {
    title: (address: string) => `Lock ${address}`,
    intro: 'Nobody can log in to a locked mailbox; mail for it is still accepted. Its owner sees your reason.',
    reason: 'Reason',
    reasonHint: 'The owner of the mailbox reads this.',
    submit: 'Lock the mailbox',
    lock: 'Lock',
    remove: 'Unlock',
  },
  mails: {
    farewell: 'Colombier, for your mail server',
    open: 'Open Colombier',
    confirmRegistration: (email: string, hours: number) => ({
      subject: 'Please confirm your request for an account',
      paragraphs: [
        `Someone, most likely you, asked for an account for ${email}. Open this page and confirm the request there.`,
        `The link is good for ${format.count(hours, { one: 'hour', other: 'hours' })}. If it was not you, do nothing: the request is forgotten then.`,
      ],
      label: 'Confirm the request',
    }),
    registrationKnown: (email: string) => ({
      subject: 'You have an account already',
      paragraphs: [
        `Someone, most likely you, asked for an account for ${email}. There is one already: sign in with your e-mail address and the password that you chose then. Nothing was changed.`,
      ],
      label: 'Sign in',
    }),
    registrationWaits: (email: string) => ({
      subject: 'Your request for an account waits',
      paragraphs: [
        `Your request for an account for ${email} is confirmed and waits for someone to read it. You need not send it again; you will get a mail.`,
      ],
    }),
    registrationToModerate: (email: string) => ({
      subject: 'A request for an account waits',
      paragraphs: [`${email} asks for an account. The request waits for a moderator.`],
      label: 'Open the requests',
    }),
    registrationApproved: (email: string) => ({
      subject: 'Welcome: your account is open',
      paragraphs: [
        `Your request for an account was approved. Sign in as ${email} with the password that you chose, and create your first mailbox.`,
      ],
      label: 'Sign in',
    }),
    registrationDenied: (message: string) => ({
      subject: 'Your request for an account',
      paragraphs: ['Your request for an account was not approved.', message],
    }),
    created: (address: string) => ({
      subject: `Your mailbox ${address} is ready`,
      paragraphs: [
        `Your mailbox ${address} has been set up. It receives mail from now on, and you can log in to it with your mail program and the password you chose.`,
        'Your mail is encrypted with a key that only this password opens. Nobody can read it without, and nobody can restore it for you.',
      ],
    }),
    creationFailed: (address: string, reason: string) => ({
      subject: `Your mailbox ${address} could not be set up`,
      paragraphs: [`Your mailbox ${address} could not be set up.`, reason],
    }),
    passwordChanged: (address: string) => ({
      subject: `The password of ${address} was changed`,
      paragraphs: [
        `The password of your mailbox ${address} was changed, and your mail was re-encrypted for it. Please enter the new password in your mail programs.`,
        'If this was not you, please tell your administrator at once.',
      ],
    }),
    deletionRequested: (address: string, at: string) => ({
      subject: `Your mailbox ${address} will be deleted`,
      paragraphs: [
        `The deletion of your mailbox ${address} was asked for. It is closed, and will be deleted on ${format.dateTime(at)}, with its mail and aliases.`,
        'Until then you can call it off with one click, and everything is as before. If this was not you, do so now, and change your passwords.',
      ],
    }),
    deletionReminder: (address: string, at: string) => ({
      subject: `Your mailbox ${address} will be deleted soon`,
      paragraphs: [
        `Your mailbox ${address} will be deleted on ${format.dateTime(at)}, with its mail and aliases. After that nobody can bring it back.`,
        'Until then you can call it off with one click.',
      ],
    }),
    deletionDone: (address: string) => ({
      subject: `Your mailbox ${address} was deleted`,
      paragraphs: [`Your mailbox ${address} was deleted, with its mail and aliases.`],
    }),
    deletionFailed: (address: string, reason: string) => ({
      subject: `Your mailbox ${address} could not be deleted`,
      paragraphs: [`Your mailbox ${address} could not be deleted and is as it was before.`, reason],
    }),
    deletionCancelled: (address: string) => ({
      subject: `Your mailbox ${address} will not be deleted`,
      paragraphs: [
        `The deletion of your mailbox ${address} was called off. It is as it was before; so is its password.`,
      ],
    }),
    passwordRolledBack: (address: string, reason: string) => ({
      subject: `The password of ${address} was not changed`,
      paragraphs: [`A change of the password of your mailbox ${address} was asked for.`, reason],
    }),
  },
  errors: {
    titles: {
      400: 'That request could not be read',
      401: 'Please sign in again',
      403: 'You may not do this',
      404: 'There is nothing here',
      413: 'That is too much at once',
      429: 'Too many attempts',
      500: 'Something went wrong',
      503: 'One moment, please',
    },
    texts: {
      400: 'The form did not arrive as it was sent. Please go back and try again.',
      401: 'Your session has ended. Nothing was changed.',
      403: 'Your account does not have the right to do this. Nothing was changed.',
      404: 'This page does not exist, or it belongs to someone else.',
      413: 'What was sent is larger than this page accepts. Nothing was changed.',
      429: 'Please wait a while before you try again.',
      500: 'It is not your fault, and it has been written down. Please try again; if it happens again, give this reference to your administrator.',
      503: 'The server is busy or its database is away for a moment. Nothing was changed; please try again shortly.',
    },
    otherOrigin: (origin: string) =>
      `This form was sent from another address than ${origin}. Open Colombier there and try again. Nothing was changed.`,
    reference: (reference: string) => `Reference ${reference}`,
    home: 'Back to the start page',
  },
}

export type Messages = typeof en
