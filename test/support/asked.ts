import type { Layout } from '../schemas/layouts.ts'

/** What the mail host asks, as `doctor --mapping` prints it: in Dovecot's signs and in Postfix's. */
export function askedBy({ asks, user = "'%s'" }: Layout): string {
  const line = (kind: string, query: string) => `${kind}: ${query.replace(/\s+/g, ' ')}`
  const dovecot = (query: string) =>
    query
      .replaceAll(user, "'%{user}'")
      .replaceAll('%s', '%{user}')
      .replaceAll('%u', '%{user | username}')
      .replaceAll('%d', '%{user | domain}')
  const [userdb = '', ...recipients] = asks.mailbox
  return [
    line('passdb', dovecot(asks.password)),
    line('userdb', dovecot(userdb)),
    ...recipients.map((query) => line('recipients', query)),
    ...(asks.alias === null ? [] : [line('aliases', asks.alias)]),
  ].join('\n')
}
