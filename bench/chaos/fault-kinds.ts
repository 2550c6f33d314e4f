import type { SandboxFault } from '../../test/support/stack.ts'
import type { Random } from './random.ts'

interface PlannedFault {
  readonly forMs?: number
  readonly fault: SandboxFault
}

type FaultKind = (random: Random) => PlannedFault
const times = (random: Random, most: number) => random.between(1, most)
const portal = (fault: SandboxFault): PlannedFault => ({ fault: { target: 'portal', ...fault } })

// What the corrections of a run come from is here twice.
const KINDS: readonly FaultKind[] = [
  (random) => portal({ mode: 'reject', times: times(random, 3) }),
  (random) => portal({ mode: 'correction', times: times(random, 3) }),
  (random) => portal({ mode: 'reject', times: times(random, 3) }),
  (random) => portal({ mode: 'correction', times: times(random, 3) }),
  (random) =>
    portal({ mode: 'slow', delayMs: random.between(200, 1_500), times: times(random, 6) }),
  (random) => portal({ mode: 'late', delayMs: random.between(1_000, 4_000), times: 3 }),
  (random) => portal({ mode: 'early', times: times(random, 4) }),
  (random) => portal({ mode: 'repeat', copies: random.between(2, 5), times: times(random, 5) }),
  (random) => portal({ mode: 'timeout-after-accept', times: times(random, 4) }),
  // Longer than the product waits: the answer is lost with the connection.
  (random) => portal({ mode: 'timeout-after-accept', delayMs: 5_000, times: times(random, 2) }),
  (random) => portal({ mode: 'error-5xx', status: 503, times: times(random, 5) }),
  (random) => portal({ mode: 'error-5xx', processed: true, times: times(random, 3) }),
  (random) => portal({ mode: 'cut', times: times(random, 4) }),
  (random) => portal({ mode: 'garbage', times: times(random, 2) }),
  (random) => portal({ mode: 'rate-limit', retryAfterSeconds: 1, times: times(random, 4) }),
  (random) => portal({ mode: 'error-5xx', match: { operation: 'find' }, times: times(random, 3) }),
  // Contradictions strike whatever comes next; one that needs a withdrawal is a story of its own (stories.ts).
  (random) =>
    portal({ mode: 'accepted-then-rejected', delayMs: random.between(0, 3_000), times: 1 }),
  (random) =>
    portal({ mode: 'rejected-then-accepted', delayMs: random.between(0, 3_000), times: 1 }),
  () => portal({ mode: 'same-number', times: 1 }),
  () => portal({ mode: 'same-message-id', delayMs: 500, times: 1 }),
  (random) => portal({ mode: 'processing-same-id', times: times(random, 3) }),
  // No callback comes for a while: only asking finds the answer.
  (random) => ({
    forMs: random.between(4_000, 9_000),
    fault: { target: 'callback', mode: 'silent' },
  }),
  (random) => ({
    fault: { target: 'callback', mode: 'repeat', copies: 3, times: times(random, 4) },
  }),
  (random) => ({ fault: { target: 'callback', mode: 'bad-signature', times: times(random, 2) } }),
  (random) => ({ fault: { target: 'consent', mode: 'error-5xx', times: times(random, 4) } }),
  () => ({ fault: { target: 'consent', mode: 'slow', delayMs: 1_000, times: 3 } }),
  (random) => ({ fault: { target: 'smtp', mode: 'busy', times: times(random, 3) } }),
  // Keeps the mail and hangs up: the moment at which mails are sent twice.
  (random) => ({ fault: { target: 'smtp', mode: 'cut', times: times(random, 3) } }),
  () => ({ forMs: 3_000, fault: { target: 'smtp', mode: 'down' } }),
]

/** Every kind once for a small run, and once more for each three hundred results. */
export function faultsOf(random: Random, n: number): PlannedFault[] {
  const rounds = 1 + Math.floor(n / 300)
  return Array.from({ length: rounds }, () => random.shuffle(KINDS))
    .flat()
    .map((kind) => kind(random))
}
