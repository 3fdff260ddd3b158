import { type Job as ScheduledJob, scheduleJob } from 'node-schedule'
import { describeError, type Log } from '../lib/log.ts'

export interface Job {
  name: string
  /** A crontab line of five fields, or of six with the seconds first. */
  rule: string
  run: () => Promise<unknown>
}

interface Schedule {
  /** Starts no more runs, and waits for those under way. */
  stop(): Promise<void>
}

/**
 * Runs each job by its rule, never twice at once in this process: a turn that comes while the last run is still working
 * is skipped. A failure is logged, and the job runs again. @throws when a rule cannot be read; then nothing is
 * scheduled
 */
export function startSchedule(jobs: Job[], log: Log): Schedule {
  const running = new Map<Job, Promise<void>>()
  const scheduled: ScheduledJob[] = []
  const cancel = () => scheduled.forEach((job) => job.cancel())

  const turn = (job: Job): void => {
    if (running.has(job)) return
    const run = runOnce(job, log).finally(() => running.delete(job))
    running.set(job, run)
  }

  for (const job of jobs) {
    // For a rule that it cannot read, node-schedule returns null; an empty rule means every minute to it.
    const entry = job.rule.trim() === '' ? null : (scheduleJob(job.rule, () => turn(job)) as ScheduledJob | null)
    if (!entry) {
      cancel()
      throw new Error(`The job ${job.name} has a rule that cannot be read: ${job.rule}`)
    }
    scheduled.push(entry)
  }

  return {
    async stop() {
      cancel()
      await Promise.all(running.values())
    },
  }
}

async function runOnce(job: Job, log: Log): Promise<void> {
  try {
    await job.run()
  } catch (error) {
    log.error({ job: job.name, ...describeError(error) }, 'a job failed')
  }
}
