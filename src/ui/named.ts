/** The name of what is in each row of a list: its label, unaltered since voice control looks for it, and the row. */
export const named = (label: string, of: string) => ({ 'aria-label': `${label}: ${of}` })
