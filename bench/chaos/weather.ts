import { setTimeout as pause } from 'node:timers/promises'
import type { SandboxFault } from '../../test/support/stack.ts'
import type { FaultWindow } from './plan.ts'

/** Switches the faults of the sandbox on and off as planned; a sandbox that is being restarted is asked again. */
export async function makeWeather(
  sandboxUrl: string,
  windows: readonly FaultWindow[],
  startedAt: number,
): Promise<void> {
  await Promise.all(
    windows.map(async ({ atMs, forMs, fault }) => {
      await pause(Math.max(0, startedAt + atMs - performance.now()))
      const id = await switchOn(sandboxUrl, fault)
      if (forMs === undefined) return
      await pause(forMs)
      await patiently(() => fetch(`${sandboxUrl}/faults/${id}`, { method: 'DELETE' }))
    }),
  )
}

/** At the end the sky clears: what still waits must not meet a fault that nobody removes. */
export async function clearWeather(sandboxUrl: string): Promise<void> {
  await patiently(() => fetch(`${sandboxUrl}/faults`, { method: 'DELETE' }))
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
