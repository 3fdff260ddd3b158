/** What JSON_ARRAYAGG made of texts: MySQL hands it over read, MariaDB as text; null where there were none. */
export const readJsonList = (list: string[] | string | null): string[] =>
  typeof list === 'string' ? (JSON.parse(list) as string[]) : (list ?? [])
