import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The tests run the connector as it is installed: compiled, with its own packages. */
export default function buildConnector() {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  execFileSync('node_modules/.bin/tsc', ['-p', 'connector/tsconfig.json'], { cwd: root, stdio: 'inherit' })
}
