// Postfix's configuration on the test mail host, and Postfix itself where a test wants it to run.
import { mkdir, writeFile } from 'node:fs/promises'
import type { Lab } from './lab.ts'
import { freePorts } from '../support/ports.ts'
import { end, greeted, watch } from './processes.ts'

export interface PostfixConfig {
  /** the settings of main.cf beside those that every host has */
  main: Record<string, string>
  /** the files that it names in its own folder: of each the lines that ask, such as `query = …` */
  maps: Record<string, string>
}

/** Writes main.cf and its maps, which ask the database as Dovecot does. */
export async function configurePostfix(lab: Lab, { main, maps }: PostfixConfig, database: string): Promise<void> {
  const folder = `${lab.root}/etc/postfix`
  await mkdir(folder, { recursive: true })
  const settings = { compatibility_level: '3.6', myhostname: 'mail.example.org', mydestination: 'localhost', ...main }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  await writeFile(`${folder}/main.cf`, lines.join(''))
  const { port, password } = lab.database
  const login = `user = dovecot\npassword = ${password}\nhosts = 127.0.0.1:${port}\ndbname = ${database}\n`
  for (const [name, question] of Object.entries(maps)) await writeFile(`${folder}/${name}`, `${login}${question}\n`)
}

/** What Postfix finds for a key in one of these maps; null when nothing. @throws when the map cannot be asked */
export async function postmap(lab: Lab, name: string, key: string): Promise<string | null> {
  const { code, stdout, stderr } = await lab.run(['postmap', '-q', key, `mysql:/etc/postfix/${name}`])
  if (code === 0) return stdout.trim()
  if (code === 1 && stderr === '') return null
  throw new Error(`postmap ended with ${code ?? 'a signal'}: ${stderr}`)
}

const services = (port: number) => `
127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`

/**
 * Starts Postfix with what configurePostfix wrote: it listens on this machine alone, and hands mail to Dovecot by LMTP.
 */
export async function startPostfix(lab: Lab): Promise<{ port: number; stop: () => Promise<void> }> {
  const [port = 0] = await freePorts(1)
  await writeFile(`${lab.root}/etc/postfix/master.cf`, services(port))
  const settings = {
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    maillog_file: '/var/log/postfix.log',
    virtual_transport: `lmtp:inet:127.0.0.1:${lab.ports.lmtp}`,
    alias_maps: '',
    local_recipient_maps: '',
    smtputf8_enable: 'no',
  }
  const set = await lab.run(['postconf', ...Object.entries(settings).map(([name, value]) => `${name}=${value}`)])
  if (set.code !== 0) throw new Error(`Postfix was not configured: ${set.stderr}`)
  const postfix = watch(lab.spawn(['postfix', 'start-fg'], { stdio: ['ignore', 'pipe', 'pipe'] }))
  await greeted(port, postfix)
  return {
    port,
    async stop() {
      await lab.run(['postfix', 'stop'])
      await end(postfix)
    },
  }
}
