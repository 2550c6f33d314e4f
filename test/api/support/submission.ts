import type { BlobDraft, SubmissionPatch } from '../../../adapters/storage/port.ts'
import type { Harness } from './harness.ts'
import { jsonResult } from './results.ts'

/** An accepted submission; returns its id. */
export async function submit(
  api: Harness,
  resultId: string,
  changes: Record<string, unknown> = {},
): Promise<string> {
  const answer = await api.send({
    method: 'POST',
    url: '/v1/submissions',
    payload: jsonResult(resultId, changes),
  })
  if (answer.statusCode !== 202) throw new Error(`not accepted: ${answer.body}`)
  await api.settle()
  return answer.json().id as string
}

let round = 0
/** What an activity would have written. */
export async function advance(
  api: Harness,
  submissionId: string,
  patch: SubmissionPatch,
  blobs: readonly BlobDraft[] = [],
): Promise<void> {
  round += 1
  await api.store.journal.commit({
    key: { submissionId, version: 1, step: 'check-consent', round },
    outcome: null,
    patch,
    events: [{ type: `test.${patch.phase ?? 'step'}`, text: 'Шаг испытания', details: { round } }],
    blobs,
  })
}
