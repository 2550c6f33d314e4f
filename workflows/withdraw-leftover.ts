import { log, setCurrentDetails, sleep, upsertSearchAttributes } from '@temporalio/workflow'
import type { LeftoverInput } from '../domain/submission/messages.ts'
import type { Leftover } from '../domain/submission/outcomes.ts'
import { reasonText } from '../domain/submission/reason.ts'
import { failureOf } from './failure.ts'
import { notifyParties } from './notify-parties.ts'
import { NEEDS_ATTENTION } from './search-attributes.ts'
import { findLeftover, WITHDRAWAL_MS, withdrawRegistered } from './steps.ts'

const REFUSED = 'withdrawal-refused'

/**
 * Takes back one document that must not stay at the registry: accepted after all, when what follows from that was settled
 * already. It has a run of its own, because that of the submission may have ended. A registry that refuses is asked again
 * daily, and the operator is told.
 */
export async function withdrawLeftover(input: LeftoverInput): Promise<void> {
  for (let refusals = 0; ; refusals += 1) {
    const leftover = await findLeftover(input)
    if (leftover === null) break
    const trouble = await askBack(input, leftover)
    if (trouble === undefined) break
    if (refusals === 0) await tell(input, leftover.round, trouble)
    await sleep('1 day')
  }
  setCurrentDetails('**В реестре нет лишнего документа**')
  upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: false }])
}

/** Undefined: it has been given back. */
async function askBack(
  input: LeftoverInput,
  { round, reason }: Leftover,
): Promise<string | undefined> {
  try {
    const key = { ...input, step: 'withdraw-leftover', round } as const
    const outcome = await withdrawRegistered({ key, reason, timeoutMs: WITHDRAWAL_MS })
    return outcome.kind === 'withdrawn' ? undefined : REFUSED
  } catch (error) {
    return failureOf(error).code
  }
}

async function tell(input: LeftoverInput, round: number, code: string): Promise<void> {
  upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: true }])
  setCurrentDetails(`**Причина:** ${reasonText(code)} (\`${code}\`)`)
  try {
    await notifyParties({ ...input, kind: REFUSED, round })
  } catch (error) {
    log.warn('people could not be told', { code: failureOf(error).code })
  }
}
