import { constants, setPriority } from 'node:os'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'
import * as french from '@zxcvbn-ts/language-fr'
import type { Strength } from './strength.ts'

// On Linux this sets the thread's priority, elsewhere the whole process's.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW)

const meter = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary, ...french.dictionary },
  graphs: common.adjacencyGraphs,
})

/**
 * For a worker thread: it takes 0.7 s and 80 MB to begin with, up to 0.2 s for what people type, and seconds for the
 * worst.
 */
export default (password: string): Strength => meter.check(password).score
