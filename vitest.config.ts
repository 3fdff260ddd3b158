import ts from 'typescript'
import { defineConfig } from 'vitest/config'
import { precompileJsx } from './src/build/precompile-jsx.ts'

const compilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  sourceMap: true,
}

/** The pages as `npm run build` makes them, so that it is these that are tested. */
const pagesAsBuilt = {
  name: 'pages as they are built',
  enforce: 'pre' as const,
  transform(code: string, fileName: string) {
    if (!/\/src\/.*\.tsx$/.test(fileName)) return null
    const transformers = { before: [precompileJsx] }
    const { outputText, sourceMapText = '' } = ts.transpileModule(code, { fileName, compilerOptions, transformers })
    return { code: outputText, map: sourceMapText }
  },
}

export default defineConfig({
  plugins: [pagesAsBuilt],
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/support/build-connector.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 3,
    // Test files share a process, one after another, and its database server: to load everything afresh for each of
    // them took as long as half of them take to run.
    isolate: false,
  },
})
