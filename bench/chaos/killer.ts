import { setTimeout as pause } from 'node:timers/promises'
import type { ChildName } from '../../stack/child.ts'
import type { StackHandle } from '../../test/support/stack.ts'
import type { Kill, KillKind } from './plan.ts'

export interface KillRecord {
  readonly kind: KillKind
  readonly name: ChildName
  readonly at: Date
  /** Until the supervisor had it working again. */
  readonly backMs: number
}

/** SIGKILL at the planned moments. One that is still down from the last time is waited for: the dead cannot be killed. */
export async function carryOutKills(
  stack: StackHandle,
  kills: readonly Kill[],
  startedAt: number,
  /** Told of each that works again. */
  onBack: (kind: KillKind) => Promise<void>,
): Promise<KillRecord[]> {
  return await Promise.all(
    kills.map(async (kill) => {
      await pause(Math.max(0, startedAt + kill.atMs - performance.now()))
      const name = nameOf(kill)
      while (stack.pid(name) === undefined) await pause(20)
      const at = new Date()
      const since = performance.now()
      await stack.kill(name)
      await stack.settled(name)
      const backMs = performance.now() - since
      await onBack(kill.kind)
      return { kind: kill.kind, name, at, backMs }
    }),
  )
}

const nameOf = ({ kind, worker }: Kill): ChildName =>
  kind === 'worker' && worker > 1 ? `worker-${worker}` : kind
