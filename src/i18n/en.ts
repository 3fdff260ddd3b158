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
    language: 'Language',
    tagline: 'Your mailboxes, in your hands.',
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
  },
  signIn: {
    title: 'Sign in',
    intro: 'Manage your encrypted mailboxes and aliases.',
    email: 'E-mail address',
    password: 'Password',
    submit: 'Sign in',
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
