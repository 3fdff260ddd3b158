// npm run build: compiles the web app into dist/, its JSX to templates.
import ts from 'typescript'
import { precompileJsx } from './precompile-jsx.ts'

const { options, fileNames, errors } = ts.parseJsonConfigFileContent(
  ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)).config,
  ts.sys,
  '.',
)
const program = ts.createProgram(fileNames, options)
const emitted = program.emit(undefined, undefined, undefined, false, { before: [precompileJsx] })
const diagnostics = [...errors, ...ts.getPreEmitDiagnostics(program), ...emitted.diagnostics]

if (diagnostics.length > 0) {
  const host = { getCanonicalFileName: (name: string) => name, getCurrentDirectory: () => '.', getNewLine: () => '\n' }
  console.error(ts.formatDiagnosticsWithColorAndContext(diagnostics, host))
  process.exitCode = 1
}
