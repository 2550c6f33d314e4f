import { setTimeout as pause } from 'node:timers/promises'
import type { SandboxFault } from '../../test/support/stack.ts'
import type { FaultWindow } from './plan.ts'

export interface Weather {
  /** Switches the faults on and off as planned; a sandbox that is being restarted is asked again. */
  make(windows: readonly FaultWindow[], startedAt: number): Promise<void>
  /** A killed sandbox forgets its switches: those that count their strikes are switched on anew. */
  renew(): Promise<void>
  /** One more fault that counts its strikes, from now on. */
  strike(fault: SandboxFault): Promise<void>
}

/** Each fault ends by itself, by its number or its time, and meets whatever is late: no backlog comes through in fair weather. */
export function createWeather(sandboxUrl: string): Weather {
  const counted: SandboxFault[] = []
  return {
    async make(windows, startedAt) {
      await Promise.all(
        windows.map(async ({ atMs, forMs, fault }) => {
          await pause(Math.max(0, startedAt + atMs - performance.now()))
          const id = await switchOn(sandboxUrl, fault)
          if (forMs === undefined) {
            counted.push(fault)
            return
          }
          await pause(forMs)
          await patiently(() => fetch(`${sandboxUrl}/faults/${id}`, { method: 'DELETE' }))
        }),
      )
    },
    async renew() {
      for (const fault of counted) await switchOn(sandboxUrl, fault)
    },
    async strike(fault) {
      await switchOn(sandboxUrl, fault)
      counted.push(fault)
    },
  }
}

async function switchOn(sandboxUrl: string, fault: SandboxFault): Promise<string> {
  const answer = await patiently(() =>
    fetch(`${sandboxUrl}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    }),
  )
  if (!answer.ok) throw new Error(`the sandbox refused ${JSON.stringify(fault)}`)
  return ((await answer.json()) as { id: string }).id
}

async function patiently(call: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const answer = await call().catch(() => undefined)
    if (answer) return answer
    await pause(100)
  }
}
