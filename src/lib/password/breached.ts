import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'

/** Whether a password is among those that were stolen elsewhere. */
export type IsBreached = (password: string) => Promise<boolean>

const sha1 = (password: string): string =>
  createHash('sha1').update(password.normalize('NFC')).digest('hex').toUpperCase()

// Longer than a digest and the count behind it.
const mostLineBytes = 64

/**
 * Looks passwords up in a file of SHA-1 digests in hexadecimal, or of their beginnings, all of one length: one a line,
 * sorted, whatever stands behind a colon. It is searched where it lies: some have forty gigabytes.
 * @throws Error when it is no such file
 */
export async function openBreachedFile(path: string): Promise<IsBreached> {
  const length = await withFile(path, async (file) => {
    const first = await lineFrom(file, 0)
    if (first === null || !/^[\dA-F]{10,40}$/.test(first.digest)) throw new Error('is no list of SHA-1 digests')
    return first.digest.length
  })

  return (password) =>
    withFile(path, async (file) => {
      const wanted = sha1(password).slice(0, length)
      // A line that begins before `low` is too small, one from `high` on is too great.
      let low = 0
      let high = (await file.stat()).size
      while (low < high) {
        const middle = Math.floor((low + high) / 2)
        const line = await lineFrom(file, middle)
        if (line === null || line.begin >= high || line.digest > wanted) high = middle
        else if (line.digest === wanted) return true
        else low = line.end
      }
      return false
    })
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r')
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

interface Line {
  digest: string
  begin: number
  /** where the next one begins */
  end: number
}

/** The first line that begins at this byte or after it; null when there is none. */
async function lineFrom(file: FileHandle, at: number): Promise<Line | null> {
  // From the byte before: it tells whether a line begins right here.
  const from = Math.max(0, at - 1)
  const buffer = Buffer.alloc(2 * mostLineBytes)
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from)
  const text = buffer.toString('latin1', 0, bytesRead)
  const start = at === 0 ? 0 : text.indexOf('\n') + 1
  if (at > 0 && start === 0) return null
  const rest = text.slice(start)
  if (rest === '') return null
  const stop = rest.indexOf('\n')
  const line = stop === -1 ? rest : rest.slice(0, stop)
  return {
    digest: (line.split(':')[0] ?? '').trim().toUpperCase(),
    begin: from + start,
    end: from + start + line.length + 1,
  }
}

const timeLimitMs = 2000

/**
 * Asks a service for all digests that begin with the same five signs (k-anonymity): it learns neither the password nor
 * its digest. Where it does not answer in two seconds, the password passes: `notAsked` is told why.
 */
export function askBreachedService(url: string, notAsked: (error: unknown) => void): IsBreached {
  return async (password) => {
    const digest = sha1(password)
    try {
      const answer = await fetch(new URL(digest.slice(0, 5), url), {
        // Answers of one size do not tell an eavesdropper which it was.
        headers: { 'Add-Padding': 'true' },
        signal: AbortSignal.timeout(timeLimitMs),
      })
      if (!answer.ok) throw new Error(`The service answered ${answer.status}`)
      // What pads the answer has a count of 0.
      return (await answer.text())
        .split('\n')
        .map((line) => line.trim().split(':'))
        .some(([rest, count]) => rest?.toUpperCase() === digest.slice(5) && count !== '0')
    } catch (error) {
      notAsked(error)
      return false
    }
  }
}
