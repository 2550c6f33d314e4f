import type { ArtefactKind } from '../adapters/storage/port.ts'
import { AppError } from '../domain/shared/app-error.ts'
import type { ActivityDeps } from './deps.ts'

/** Bytes an earlier step must have stored; their absence is a defect of the record, not of the moment. */
export async function readArtefact(
  deps: ActivityDeps,
  { submissionId, version }: { submissionId: string; version: number },
  kind: ArtefactKind,
): Promise<Buffer> {
  const artefact = await deps.store.artefacts.read(submissionId, kind, version)
  if (!artefact) throw new AppError('document-missing', 'permanent', { details: { kind } })
  return artefact.bytes
}
