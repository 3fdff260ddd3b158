import { expect } from 'vitest'
import { makeCode, makeDevice } from './credentials-host.ts'
import type { MailHost } from './mail-host.ts'
import { makeMail } from './mail-host.ts'
import { expectNoSecretsLeft, expectWhole, readSubjects, inLanes, type Expected } from './promises.ts'

export interface Mailbox {
  address: string
  password: string
  subjects: string[]
  credentials?: Expected['credentials']
}

/** The mailbox with an app password and a recovery code, which open it at every moment or not at all. */
export async function withCredentials(host: MailHost, mailbox: Mailbox): Promise<Mailbox> {
  const { address, password } = mailbox
  const device = await makeDevice(host, address, password)
  return { ...mailbox, credentials: { device, code: await makeCode(host, address, password) } }
}

/** Runs the connector on one task, with its trouble. @returns whether the trouble came */
export type Trouble = () => Promise<boolean>

/**
 * Mailboxes requested one after another, each of them with a trouble of its own, until one of these no longer comes.
 */
export async function createInTrouble(host: MailHost, prefix: string, trouble: (step: number) => Trouble) {
  // What a connector does once on a host, and then not for ten minutes, is in no trouble here.
  await host.connect()
  const mailboxes: Mailbox[] = []
  for (let step = 1; ; step++) {
    const mailbox = { address: `${prefix}.${step}@example.org`, password: `${prefix} first ${step}`, subjects: [] }
    await host.requestMailbox(mailbox.address, mailbox.password)
    const came = await trouble(step)()
    mailboxes.push(mailbox)
    if (!came) return mailboxes
    await park(host, mailbox.address)
  }
}

/**
 * The passwords of these mailboxes are changed one after another, each with a trouble of its own, until one of these no
 * longer comes. Mail comes before the change and after the trouble.
 * @param more makes another mailbox when all are used up
 */
export async function rekeyInTrouble(
  host: MailHost,
  mailboxes: Mailbox[],
  label: string,
  more: () => Promise<Mailbox>,
  trouble: (step: number) => Trouble,
) {
  const changed: (Expected & { refused: string })[] = []
  for (let step = 1; ; step++) {
    const mailbox = mailboxes[step - 1] ?? (await more())
    const next = `${label} password ${step}`
    expect((await host.lab.deliver(mailbox.address, makeMail('Before'))).code).toBe(250)
    expect(await host.requestPassword(mailbox.address, mailbox.password, next)).toBe('requested')
    const came = await trouble(step)()
    expect((await host.lab.deliver(mailbox.address, makeMail('Meanwhile'))).code, mailbox.address).toBe(250)
    const subjects = [...mailbox.subjects, 'Before', 'Meanwhile']
    if (mailbox.credentials) await expectReadOrRefused(host, mailbox.address, mailbox.credentials.device, subjects)
    changed.push({
      address: mailbox.address,
      password: next,
      refused: mailbox.password,
      subjects,
      ...(mailbox.credentials && { credentials: mailbox.credentials }),
    })
    if (!came) return changed
    await park(host, mailbox.address)
  }
}

/** Whatever has died: what logs in reads all mail. */
async function expectReadOrRefused(host: MailHost, address: string, device: string, subjects: string[]) {
  if (await host.lab.canLogIn(address, device)) expect(await readSubjects(host, address, device)).toEqual(subjects)
}

/** Nobody takes the open task of the mailbox up before recover(). */
export const park = (host: MailHost, address: string) =>
  host.query(
    `UPDATE colombier_tasks SET retry_at = UTC_TIMESTAMP(6) + INTERVAL 1 DAY
     WHERE mailbox = ? AND state IN ('queued', 'running')`,
    [address],
  )

/** Time passes and the connector is run again, untroubled, twice at most. */
export async function recover(host: MailHost) {
  for (let run = 1; run <= 2; run++) {
    await host.passTime()
    await host.connect()
  }
  expect(await host.query("SELECT mailbox, error FROM colombier_tasks WHERE state IN ('queued', 'running')")).toEqual(
    [],
  )
}

/** Every one of the mailboxes is as it should be, and nothing secret is left. */
export async function expectAllWhole(host: MailHost, mailboxes: Expected[]) {
  await inLanes(mailboxes, 4, (mailbox) => expectWhole(host, mailbox))
  await expectNoSecretsLeft(
    host,
    mailboxes.flatMap(({ password, refused }) => (refused === undefined ? [password] : [password, refused])),
  )
  expect(await host.query("SELECT mailbox, error FROM colombier_tasks WHERE state <> 'done'")).toEqual([])
}

/** The mailboxes as the next change finds them. */
export const after = (changed: Expected[]): Mailbox[] =>
  changed.map(({ address, password, subjects }) => ({ address, password, subjects: [...subjects, 'At last'] }))
