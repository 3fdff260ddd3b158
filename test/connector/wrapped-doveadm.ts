import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '../lab/lab.ts'

/**
 * What happens at one call of doveadm. `kill …`: to the connector, before doveadm is
 * started, while it works and goes on, or after it; `stop after`: it is suspended.
 * `die`: to doveadm, half way. `hang`: longer than the connector waits. A number: the exit code, without running it.
 */
export type Trouble =
  'kill before' | 'kill during' | 'kill after' | 'stop after' | 'die' | 'hang' | 'slow' | `${number}`

export interface Call {
  number: number
  args: string[]
}

// The connector is the parent of `timeout`, which is the parent of this. Each argument on a line of its own in the log.
const script = `#!/bin/sh
cd /run/wrapped-doveadm || exit 75
exec 8>lock
flock 8
n=$(($(cat count) + 1))
echo $n >count
{ echo "call $n"; for a; do printf '%s\\n' "$a" | sed 's/^/ /'; done; } >>log
echo started >>work
trouble=$(sed -n "s/^$n //p;s/^\\* //p" plan | head -n 1)
[ -n "$trouble" ] && echo "$n" >>met
flock -u 8
end() { echo ended >>work; exit "$1"; }
connector() { sed -n 's/^PPid:[^0-9]*//p' "/proc/$PPID/status"; }
exec 3<&0
case $trouble in
'') doveadm "$@" 8>&-; end $? ;;
'kill before') kill -9 "$(connector)"; end 137 ;;
'kill during') doveadm "$@" <&3 8>&- & sleep 0.02; kill -9 "$(connector)"; wait $!; end $? ;;
'kill after') doveadm "$@" 8>&-; code=$?; kill -9 "$(connector)"; end $code ;;
'stop after') doveadm "$@" 8>&-; code=$?; kill -STOP "$(connector)"; end $code ;;
die) doveadm "$@" <&3 8>&- & sleep 0.02; kill -9 $!; wait $!; end 137 ;;
hang) echo ended >>work; exec sleep 30 8>&- ;;
slow) sleep 0.6; doveadm "$@" 8>&-; end $? ;;
*) cat >/dev/null; end "$trouble" ;;
esac
`

/** A doveadm that counts its calls, writes down their arguments and makes trouble as planned. */
export async function wrapDoveadm(lab: Lab) {
  const folder = `${lab.root}/run/wrapped-doveadm`
  const program = '/usr/local/bin/wrapped-doveadm'
  await mkdir(folder, { recursive: true })
  await writeFile(`${lab.root}${program}`, script)
  await chmod(`${lab.root}${program}`, 0o755)
  const clear = async () => {
    for (const file of ['log', 'met', 'work', 'plan']) await writeFile(`${folder}/${file}`, '')
    await writeFile(`${folder}/count`, '0\n')
  }
  await clear()
  const lines = async (file: string) => (await readFile(`${folder}/${file}`, 'utf8')).split('\n').filter(Boolean)

  return {
    /** for the connector's environment */
    env: { DOVEADM: program },
    clear,

    /** Counts anew; at the n-th call from here on, or at every one, this happens. */
    async plan(call: number | '*', trouble: Trouble) {
      await clear()
      await writeFile(`${folder}/plan`, `${call} ${trouble}\n`)
    },

    /** Whether the planned trouble came. */
    met: async (): Promise<boolean> => (await lines('met')).length > 0,

    async calls(): Promise<Call[]> {
      const calls: Call[] = []
      for (const line of await lines('log')) {
        if (line.startsWith('call ')) calls.push({ number: Number(line.slice(5)), args: [] })
        else calls.at(-1)?.args.push(line.slice(1))
      }
      return calls
    },

    /** Waits until no call is at work: a killed connector leaves one behind. */
    async settled() {
      for (;;) {
        const work = await lines('work')
        if (work.filter((line) => line === 'started').length === work.filter((line) => line === 'ended').length) return
        await sleep(10)
      }
    },
  }
}

export type WrappedDoveadm = Awaited<ReturnType<typeof wrapDoveadm>>
