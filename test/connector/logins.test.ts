import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../connector/config.ts'
import { createLanes, openConnector } from '../../connector/run.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { addMailbox } from '../support/tasks.ts'
import { connectorSettings } from './settings.ts'

// A connector that stays up, on a host whose doveadm is a script.

let site: TestApp
let folder: string
let connector: ReturnType<typeof openConnector>
const lines: string[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colombier-'))
  site = await startApp()
  const settings = await connectorSettings(site, folder)
  const config = readConfig({ ...settings, DOVEADM: join(folder, 'doveadm') })
  connector = openConnector(config, (_, message) => lines.push(message))
  for (const name of ['one', 'two', 'three', 'four', 'five'])
    await addMailbox(site, { address: `ada.the.${name}@example.org`, accountId: site.idOf('ada') })
})
afterAll(async () => {
  await connector.db.end()
  await site.stop()
  await rm(folder, { recursive: true })
})

const doveadm = (script: string) => writeFile(join(folder, 'doveadm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
const lock = (which: string) =>
  site.query(`UPDATE colombier_mailboxes SET locks = 'administrator', end_sessions = 1 WHERE address LIKE ?`, [which])

test('log-ins that cannot be ended are told once, and once more after they could be for a while', async () => {
  const lanes = createLanes(connector)
  const passes = async (count: number) => {
    for (let pass = 0; pass < count; pass++) {
      await lanes.begin()
      await lanes.end()
    }
    return lines.splice(0).filter((line) => line === 'sessions could not be ended').length
  }
  await lock('ada.the.one@%')
  await doveadm('exit 75')
  expect(await passes(3)).toBe(1)
  await doveadm('exit 0')
  expect(await passes(1)).toBe(0)
  await lock('ada.the.one@%')
  await doveadm('exit 75')
  expect(await passes(3)).toBe(1)
  await doveadm('exit 0')
  expect(await passes(1)).toBe(0)
})

test('where one session cannot be ended, none is being ended any more when the pass is over', async () => {
  await lock('ada.the.%')
  await doveadm(`case "$*" in
    *auth*) ;;
    *who*) printf 'username\\n'; for name in one two three four five; do echo "ada.the.$name@example.org"; done ;;
    *ada.the.one*) exit 75 ;;
    *) touch ${folder}/begun.$$; sleep 1; mv ${folder}/begun.$$ ${folder}/ended.$$ ;;
  esac`)
  const lanes = createLanes(connector)
  await lanes.begin()
  await lanes.end()
  const names = await readdir(folder)
  expect(names.filter((name) => name.startsWith('ended.')).length).toBeGreaterThan(1)
  expect(names.filter((name) => name.startsWith('begun.'))).toEqual([])
})
