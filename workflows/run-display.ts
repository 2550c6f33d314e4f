import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow'
import { Phase } from '../domain/submission/phase.ts'
import { reasonText } from '../domain/submission/reason.ts'
import { NEEDS_ATTENTION, PHASE } from './search-attributes.ts'

/** What a run waits for, in Russian, and until when (milliseconds since the epoch; absent = until something happens). */
export interface Wait {
  readonly for: string
  readonly until?: number
  /** Looks up earlier than `until` to do something in between: a poll, a reminder, a daily question. */
  readonly wakeAt?: number
  /** Too short to be worth the writing of search attributes: what is seen of it is the current details. */
  readonly brief?: boolean
}

interface Shown {
  readonly phase: Phase
  readonly version: number
  readonly reason: string | undefined
}

/** Phases in which nothing goes on until a person acts. */
const NEEDS_A_PERSON: readonly Phase[] = [
  Phase.needsAttention,
  Phase.needsCorrection,
  Phase.awaitingApproval,
]

type Published = { readonly phase: Phase; readonly attention: boolean }
/** As the client set them. */
const AT_START: Published = { phase: Phase.checkingConsent, attention: false }

/** What people see of a run in Web UI: its search attributes and its current details. */
export class RunDisplay {
  private published: Published = AT_START

  show(run: Shown, wait: Wait): void {
    // Once something else has been said, it has to be taken back.
    if (!wait.brief || this.published !== AT_START) this.publish(run.phase)
    setCurrentDetails(describe(run, wait))
  }

  hide(): void {
    setCurrentDetails('')
  }

  /** Search attributes change only when a run begins to wait, needs a person, or ends. */
  publish(phase: Phase): void {
    const attention = NEEDS_A_PERSON.includes(phase)
    const known = this.published
    if (known.phase === phase && known.attention === attention) return
    upsertSearchAttributes([
      { key: PHASE, value: phase },
      ...(known.attention === attention ? [] : [{ key: NEEDS_ATTENTION, value: attention }]),
    ])
    this.published = { phase, attention }
  }
}

function describe({ phase, version, reason }: Shown, wait: Wait): string {
  const lines = [`**Этап:** ${phase} (версия ${version})`, `**Ожидается:** ${wait.for}`]
  if (wait.until !== undefined) lines.push(`**До:** ${new Date(wait.until).toISOString()}`)
  if (reason !== undefined) lines.push(`**Причина:** ${reasonText(reason)} (\`${reason}\`)`)
  return lines.join('\n\n')
}
