// Starts a mail host, says where, and stays: lab.test.ts kills it.
import { startLab } from './lab.ts'

const lab = await startLab()
console.log(lab.root)
