import type { Report } from '../../domain/report/report.ts'

/** A report whose codes have been mapped: what a document is made of. Everything needed and nothing else. */
export interface DocumentInput {
  readonly documentId: string
  readonly setId: string
  readonly versionNumber: number
  readonly replacesDocumentId: string | undefined
  /** ISO 8601 with offset; fixed by the caller, so that the same input gives the same bytes. */
  readonly createdAt: string
  readonly organization: {
    readonly name: string
    readonly inn: string
    readonly ogrn: string
    readonly oid: string | null
    readonly license: string | null
    readonly address: string | null
    readonly phone: string | null
  }
  readonly title: string
  readonly serviceCode: string
  readonly report: Report
  /** By index of `report.observations`. */
  readonly mapped: readonly MappedObservation[]
  /** Shown as the visible stamp of the electronic signature. */
  readonly stamp: {
    readonly owner: string
    readonly serial: string
    readonly notBefore: string
    readonly notAfter: string
  }
  /** What the signature inside the PDF will say, and the bytes its CMS will take (DER). */
  readonly signature: {
    readonly reason: string
    readonly location: string
    readonly room: number
  }
}
export interface MappedObservation {
  /** ФСЛИ code and its official name. */
  readonly fsliCode: string
  readonly fsliName: string
  /** Code of NSI 1358 and printed name; null for values without a unit. */
  readonly unit: { readonly code: string; readonly name: string } | null
}
export interface RenderedDocument {
  /** Canonical XML (C14N), UTF-8: the bytes that are signed and sent. */
  readonly xml: Buffer
  /** PDF/A-3b with the XML attached (relationship Source) and an empty signature field for `Signer.signPdf`. */
  readonly pdf: Buffer
}

/** Deterministic: the same input gives the same bytes. Errors: AppError `glyph-missing` (permanent) names the code point. */
export interface DocumentRenderer {
  render(input: DocumentInput): Promise<RenderedDocument>
}

export interface EvidenceInput {
  readonly submissionId: string
  readonly documentId: string
  readonly createdAt: string
  readonly files: readonly {
    readonly name: string
    readonly bytes: Buffer
    readonly mediaType: string
  }[]
  /** Written as timeline.json. */
  readonly timeline: readonly unknown[]
  /** Written into manifest.json beside the digests. `registeredDigest: null` says that the registry has other bytes. */
  readonly facts: { readonly [key: string]: string | number | null }
}
/** evidence.zip: the files, timeline.json, manifest.json (SHA-256 of each file) and a README telling how to verify offline. */
export interface EvidenceBundler {
  bundle(input: EvidenceInput): Promise<Buffer>
}
