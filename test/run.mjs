// npm test: everything, as root. npm run test:app: everything but the tests that need the mail host. npm run
// test:mysql: everything, as root, on MySQL in place of MariaDB.
// What follows on the command line is handed to vitest: npm test -- test/jobs
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, isRoot, prepare } from './support/prepare.mjs'

const withoutLab = process.argv[2] === '--app'
const vitestArguments = process.argv.slice(withoutLab ? 3 : 2)
const labTests = ['test/lab/**', '**/*.lab.test.ts']

if (!withoutLab && !isRoot) {
  console.error(`The tests of the mail host start a real Dovecot in a root folder of its own. That mounts folders and changes
users, so only root can run them:

  sudo npm test        everything
  npm run test:app     everything but the tests of the mail host
`)
  finish(0, 0)
} else if (makeReady()) {
  runTests()
} else {
  finish(0, 0)
}

function makeReady() {
  try {
    if (prepare(withoutLab ? 'app' : 'test').length > 0) return false
    build()
    return true
  } catch (error) {
    console.error(error.message)
    return false
  }
}

function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'colombier-tests-'))
  const results = join(folder, 'results.json')
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${results}`,
      ...(withoutLab ? labTests.map((pattern) => `--exclude=${pattern}`) : []),
      ...vitestArguments,
    ],
    { cwd: join(import.meta.dirname, '..'), stdio: ['ignore', 'inherit', 'inherit'] },
  )

  let report
  try {
    report = JSON.parse(readFileSync(results, 'utf8'))
  } catch {
    report = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  }
  rmSync(folder, { recursive: true, force: true })

  // A file that could not be loaded, or whose setup failed, has no failed test in it, and yet it failed.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = report.numFailedTests + brokenFiles
  const skipped = report.numPendingTests + report.numTodoTests
  if (skipped > 0) console.log(`${skipped} not run`)
  finish(report.numPassedTests, failed === 0 && status !== 0 ? 1 : failed)
}

function finish(passed, failed) {
  if (failed > 0 || passed === 0) process.exitCode = 1
  console.log(`${passed} passed, ${failed} failed`)
}
