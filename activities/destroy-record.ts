import { AppError } from '../domain/shared/app-error.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { once } from './once.ts'

/**
 * The end of keeping: the certificate of destruction is written first, then every data key is dropped (crypto-erasure).
 * Erasing again erases nothing more, so a repeat after a crash between the two finishes the work.
 */
export function createDestroyRecord(deps: ActivityDeps) {
  return async function destroyRecord({ key }: { key: StepKey }): Promise<void> {
    await once(deps.store.journal, key, async () => {
      const submission = await deps.store.cases.load(key.submissionId, key.version)
      // The erasure would refuse too, but only after the timeline had said that the record is gone.
      if (submission.holdReason !== undefined) throw new AppError('legal-hold', 'permanent')
      const destroyed = (await deps.store.artefacts.readAll(key.submissionId)).map(
        ({ id, kind, version, digest }) => ({ id, kind, version, digest }),
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
