import type { EvidenceInput } from '../adapters/documents/port.ts'
import type {
  Artefact,
  ArtefactKind,
  StoredDocument,
  SubmissionCase,
} from '../adapters/storage/port.ts'
import type { ActivityDeps } from './deps.ts'

/** What goes into the bundle and under which name; kinds that are not named stay out. */
const FILE_NAMES: Partial<Record<ArtefactKind, string>> = {
  'document-xml': 'document.xml',
  'document-pdf': 'document.pdf',
  signature: 'signature.p7s',
  'personal-signature': 'personal-signature.p7s',
  request: 'request.json',
  receipt: 'receipt.json',
  answer: 'answer.json',
}

export const EVIDENCE_KINDS = Object.keys(FILE_NAMES) as readonly ArtefactKind[]

/** By version: the registered one first, then the earlier ones. */
export async function documentsOf(
  deps: ActivityDeps,
  current: SubmissionCase,
): Promise<Map<number, StoredDocument | undefined>> {
  const documents = new Map([[current.version, current.document]])
  for (let version = 1; version < current.version; version += 1) {
    const { document } = await deps.store.cases.load(current.submissionId, version)
    documents.set(version, document)
  }
  return documents
}

/** The registered version stands at the top under plain names; each earlier one follows with its number. */
export function documentFiles(
  artefacts: readonly Artefact[],
  documents: ReadonlyMap<number, StoredDocument | undefined>,
): EvidenceInput['files'] {
  return [...documents].flatMap(([version, document], index) => {
    const own = artefacts.filter((artefact) => artefact.version === version)
    const pdf = own.findLast(({ kind }) => kind === 'document-pdf')
    const taken = new Map<string, number>()
    return own
      .filter((artefact) => (artefact === pdf ? isSigned(document) : belongs(artefact, document)))
      .map(({ kind, bytes, mediaType }) => {
        const name = fileName(kind, index === 0 ? undefined : version)
        const count = (taken.get(name) ?? 0) + 1
        taken.set(name, count)
        const numbered = count === 1 ? name : name.replace(/(\.\w+)$/, `-${count}$1`)
        return { name: numbered, bytes, mediaType }
      })
  })
}

/** `x.p7s` beside `x` tells the reader, and the README, what an earlier signature covers. */
function fileName(kind: ArtefactKind, version: number | undefined): string {
  const name = FILE_NAMES[kind] ?? kind
  if (version === undefined) return name
  return `version-${version}-${kind === 'signature' ? 'document.xml.p7s' : name}`
}

/** A document made anew within its version leaves its forerunner behind, and a refused signature was never one of ours. */
function belongs({ id, kind, digest }: Artefact, document: StoredDocument | undefined): boolean {
  if (kind === 'document-xml') return digest === document?.digest
  if (kind === 'signature' || kind === 'personal-signature')
    return document?.signatures.some(({ blobId }) => blobId === id) ?? false
  return kind === 'request' || kind === 'receipt' || kind === 'answer'
}

function isSigned(document: StoredDocument | undefined): boolean {
  return document?.signatures.some(({ kind }) => kind === 'organization') ?? false
}
