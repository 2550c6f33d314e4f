/** Everything kept as encrypted bytes. `source` is the message exactly as received. */
export type ArtefactKind =
  | 'source'
  | 'report'
  | 'document-xml'
  | 'document-pdf-unsigned'
  | 'document-pdf'
  | 'signature'
  | 'personal-signature'
  | 'request'
  | 'receipt'
  | 'answer'
  | 'consent-snapshot'
  | 'evidence'
  | 'destruction-certificate'

export interface BlobDraft {
  readonly id: string
  readonly kind: ArtefactKind
  readonly mediaType: string
  readonly bytes: Buffer
}
export interface Artefact {
  readonly id: string
  readonly kind: ArtefactKind
  readonly version: number
  readonly mediaType: string
  readonly bytes: Buffer
  /** SHA-256 of the bytes, hex. */
  readonly digest: string
  readonly createdAt: Date
}
export interface Artefacts {
  /** Newest artefact of the kind; of one version where `version` is given. */
  read(submissionId: string, kind: ArtefactKind, version?: number): Promise<Artefact | undefined>
  /** Newest artefact of each kind within one version, in one question; kinds without one are absent. */
  readNewest(
    submissionId: string,
    version: number,
    kinds: readonly ArtefactKind[],
  ): Promise<Partial<Record<ArtefactKind, Artefact>>>
  /** All artefacts of a submission, of every version, in order of creation, opened; `kinds` keeps to those. */
  readAll(submissionId: string, kinds?: readonly ArtefactKind[]): Promise<Artefact[]>
  readById(id: string): Promise<Artefact | undefined>
  /** Stores an artefact that came from outside the workflow (a personal signature). Idempotent by draft.id. */
  add(submissionId: string, version: number, draft: BlobDraft): Promise<void>
}
