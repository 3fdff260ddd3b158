/** The name of what is in each row of a list: its label, unaltered since voice control looks for it, and the row. */
export const nameOf = (label: string, of: string): string => `${label}: ${of}`
