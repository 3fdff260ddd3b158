import { randomDigits, randomWord } from './random-name.ts'

/**
 * A password that can be read out and written down, such as `bamoki-tuzefa-ridona-kemuso-47`: some 2⁷⁹ are possible.
 */
export const randomPassword = (): string =>
  [randomWord(), randomWord(), randomWord(), randomWord(), randomDigits()].join('-')
