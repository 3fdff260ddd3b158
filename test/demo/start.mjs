// npm run demo [-- --fresh] [--port N]: installs what is missing, builds, and starts the demo in this process.
import { build, prepare } from '../support/prepare.mjs'

try {
  // Without what builds the mail host the demo still has something to show.
  if (prepare('demo').includes('mariadbd')) process.exit(1)
  build()
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
const { register } = await import('tsx/esm/api')
register()
await import('./demo.ts')
