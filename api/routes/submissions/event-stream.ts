import type { TimelineEvent } from '../../../adapters/storage/port.ts'
import { Phase } from '../../../domain/submission/phase.ts'
import { toIso } from '../../schemas/parts.ts'
import { pauseUnless } from '../../wait-room.ts'

const POLL_MS = 500
const HEARTBEAT_MS = 15_000
const SETTLED: readonly Phase[] = [Phase.retained, Phase.cancelled, Phase.destroyed]

/** Nothing further happens soon: the result is kept, or the submission has ended. */
export function isSettled(phase: Phase): boolean {
  return SETTLED.includes(phase)
}

/** Server-sent events from sequence number `after` on, until the submission settles (or for ever with `follow`). */
export async function* streamEvents(input: {
  read: (after: number) => Promise<TimelineEvent[]>
  phase: () => Promise<Phase>
  after: number
  follow: boolean
  signal: AbortSignal
}): AsyncGenerator<string> {
  let { after } = input
  let spoke = performance.now()
  yield ': поток открыт\n\n'
  while (!input.signal.aborted) {
    // The phase first: events written together with a final phase are then in the read that follows.
    const settled = isSettled(await input.phase())
    for (const event of await input.read(after)) {
      after = event.seq
      spoke = performance.now()
      yield toMessage(event)
    }
    if (settled && !input.follow) return
    if (performance.now() - spoke >= HEARTBEAT_MS) {
      spoke = performance.now()
      yield ': жду\n\n'
    }
    await pauseUnless(input.signal, POLL_MS)
  }
}

function toMessage(event: TimelineEvent): string {
  const data = JSON.stringify({ ...event, at: toIso(event.at) })
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${data}\n\n`
}
