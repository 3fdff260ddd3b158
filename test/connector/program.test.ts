import { expect, test } from 'vitest'
import { runProgram } from '../../connector/program.ts'

test('a letter whose bytes a program writes one after the other is read as that letter', async () => {
  const script = String.raw`printf '\303'; sleep 0.3; printf '\251'`
  const { answer } = await runProgram('sh', ['-c', script], { name: 'sh', timeoutSeconds: 10 })
  expect(answer).toBe('é')
})
