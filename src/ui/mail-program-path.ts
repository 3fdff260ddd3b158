/** Where it is said what to enter in a mail program for this mailbox. */
export const mailProgramPath = (address: string): string => `/mail-program?address=${encodeURIComponent(address)}`
