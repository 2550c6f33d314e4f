import type { ArtefactKind } from '../adapters/storage/port.ts'
import { AppError } from '../domain/shared/app-error.ts'
import type { ActivityDeps } from './deps.ts'

/** Bytes that earlier steps must have stored, by kind; their absence is a defect of the record, not of the moment. */
export async function readArtefacts<Kind extends ArtefactKind>(
  deps: ActivityDeps,
  { submissionId, version }: { submissionId: string; version: number },
  ...kinds: readonly Kind[]
): Promise<Record<Kind, Buffer>> {
  const found = await deps.store.artefacts.readNewest(submissionId, version, kinds)
  const bytes = kinds.map((kind) => {
    const artefact = found[kind]
    if (!artefact) throw new AppError('document-missing', 'permanent', { details: { kind } })
    return [kind, artefact.bytes] as const
  })
  return Object.fromEntries(bytes) as Record<Kind, Buffer>
}
