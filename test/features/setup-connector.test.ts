import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { connectorEnv } from '../../src/features/setup/connector/connector-env.ts'

test('the connector’s settings copy no place that is only the web host’s', () => {
  const of = (env: Record<string, string>) =>
    connectorEnv(
      { DATABASE_NAME: 'mail', ...env },
      { mapping: {}, webPublicKey: 'k'.repeat(43), mailRoot: '/srv/mail' },
    )
  const remote = of({
    DATABASE_HOST: 'db.example.org',
    DATABASE_PORT: '3307',
    DATABASE_TLS_CA: '/etc/colombier/web/a.pem',
  })
  expect(parseEnv(remote)).not.toHaveProperty('DATABASE_HOST')
  expect(parseEnv(remote)).not.toHaveProperty('DATABASE_TLS_CA')
  expect(parseEnv(remote)).toMatchObject({ DATABASE_PORT: '3307', DATABASE_NAME: 'mail' })
  expect(remote).toMatch(/^#DATABASE_HOST=db\.example\.org\n#DATABASE_TLS_CA=\n/m)
  expect(remote).not.toContain('/etc/colombier/web')

  const here = of({ DATABASE_SOCKET: '/run/mysqld/mysqld.sock' })
  expect(parseEnv(here)).toMatchObject({ DATABASE_SOCKET: '/run/mysqld/mysqld.sock' })
})
