/** For what stands in every row of a list: its label, and of which row it is. Voice control needs the label unaltered. */
export const named = (label: string, of: string) => ({ 'aria-label': `${label}: ${of}` })
