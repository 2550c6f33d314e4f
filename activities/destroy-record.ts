import type { SubmissionCase } from '../adapters/storage/port.ts'
import { AppError } from '../domain/shared/app-error.ts'
import { Phase } from '../domain/submission/phase.ts'
import { LEAST_RETENTION_MS } from '../domain/submission/retention.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { onceFor } from './once.ts'

/** One look an hour is enough for what comes years later, and a corrected clock is seen soon. */
const LOOK_AGAIN_MS = 3_600_000

/**
 * The end of keeping: the certificate of destruction is written first, then every data key is dropped (crypto-erasure).
 * The certificate names what was destroyed, without digests: they would confirm a guess of what is gone.
 * Erasing again erases nothing more, so a repeat after a crash between the two finishes the work.
 */
export function createDestroyRecord(deps: ActivityDeps) {
  return async function destroyRecord({ key }: { key: StepKey }): Promise<void> {
    await onceFor(deps.store, key, async (submission) => {
      // The erasure would refuse too, but only after the timeline had said that the record is gone.
      if (submission.holdReason !== undefined) throw new AppError('legal-hold', 'permanent')
      assertOver(submission, deps.now())
      const destroyed = (await deps.store.artefacts.readAll(key.submissionId)).map(
        ({ id, kind, version }) => ({ id, kind, version }),
      )
      const certificate = {
        certificate: 'destruction',
        submissionId: key.submissionId,
        documentId: submission.documentId,
        registryId: submission.registryId ?? null,
        organization: { name: submission.organization.name, ogrn: submission.organization.ogrn },
        retainUntil: submission.retainUntil?.toISOString() ?? null,
        destroyedAt: deps.now().toISOString(),
        method: 'уничтожение ключей шифрования (crypto-erasure)',
        destroyed,
      }
      const id = deps.newId()
      return {
        outcome: null,
        patch: { phase: Phase.destroyed, waitingUntil: null },
        events: [
          {
            type: 'record.destroyed',
            text: 'Срок хранения истёк: запись уничтожена, составлен акт',
            details: { artefacts: destroyed.length },
          },
        ],
        blobs: [
          {
            id,
            kind: 'destruction-certificate' as const,
            mediaType: 'application/json',
            bytes: Buffer.from(JSON.stringify(certificate, null, 2)),
          },
        ],
        destruction: { certificateBlobId: id },
      }
    })
    await deps.store.retention.erase(key.submissionId)
  }
}

/**
 * Temporal's timer fired; the row and our own clock have to agree. One clock that jumps ahead must not end the keeping, and
 * neither must a run that was started by hand: without a date nothing is kept, and before five years nothing is over.
 */
function assertOver({ retainUntil, receivedAt }: SubmissionCase, now: Date): void {
  const earliest = receivedAt.getTime() + LEAST_RETENTION_MS
  const over = Math.max(retainUntil?.getTime() ?? Number.POSITIVE_INFINITY, earliest)
  const left = over - now.getTime()
  if (left <= 0) return
  const retryAfterMs = Math.min(left, LOOK_AGAIN_MS)
  throw new AppError('retention-not-over', 'transient', { retryAfterMs })
}
