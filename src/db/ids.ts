/** Whether the text, as of an address, can be the id of a row. */
export const isId = (text: string): boolean => /^[1-9]\d{0,17}$/.test(text)
