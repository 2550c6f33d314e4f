import type { EvidenceInput } from '../adapters/documents/port.ts'
import type { Artefact, StoredDocument, SubmissionCase } from '../adapters/storage/port.ts'
import { AppError } from '../domain/shared/app-error.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { sha256 } from './digest.ts'
import { isKnownToDiffer } from './earlier-document.ts'
import { documentFiles, documentsOf, EVIDENCE_KINDS } from './evidence-files.ts'
import { onceFor } from './once.ts'

const PEM = 'application/x-pem-file'

/** Seals the record for the years of keeping: one evidence bundle that can be verified without us. */
export function createSealRecord(deps: ActivityDeps) {
  return async function sealRecord({ key }: { key: StepKey }): Promise<{ onHold: boolean }> {
    return await onceFor<{ onHold: boolean }>(deps.store, key, async (submission) => {
      const bundle = await deps.evidence.bundle(await collect(deps, submission))
      return {
        outcome: { onHold: submission.holdReason !== undefined },
        patch: { phase: Phase.retained, waitingUntil: submission.retainUntil ?? null },
        events: [
          {
            type: 'record.sealed',
            text: 'Доказательства собраны, запись на хранении',
            details: {
              digest: sha256(bundle),
              retainUntil: submission.retainUntil?.toISOString() ?? null,
            },
          },
        ],
        blobs: [
          {
            id: deps.newId(),
            kind: 'evidence' as const,
            mediaType: 'application/zip',
            bytes: bundle,
          },
        ],
      }
    })
  }
}

async function collect(deps: ActivityDeps, submission: SubmissionCase): Promise<EvidenceInput> {
  const { organization, submissionId } = submission
  const [artefacts, documents, timeline, consent] = await Promise.all([
    deps.store.artefacts.readAll(submissionId, EVIDENCE_KINDS),
    documentsOf(deps, submission),
    deps.store.submissions.events(organization.id, submissionId, 0),
    consentSnapshot(deps, submission),
  ])
  const certificates = await certificatesOf(deps, submission, artefacts)
  return {
    submissionId,
    documentId: submission.documentId,
    createdAt: deps.now().toISOString(),
    files: [...documentFiles(artefacts, documents), ...certificates, ...consent],
    timeline: timeline.map(({ at, ...event }) => ({ at: at.toISOString(), ...event })),
    facts: {
      organization: organization.name,
      ogrn: organization.ogrn,
      setId: submission.setId,
      versionNumber: submission.versionNumber,
      documentDigest: submission.document?.digest ?? null,
      registeredDigest: isKnownToDiffer(timeline, submission.version)
        ? null
        : (submission.document?.digest ?? null),
      signedAt: signedAtOf(submission.document),
      registryId: submission.registryId ?? null,
      retainUntil: submission.retainUntil?.toISOString() ?? null,
    },
  }
}

/** Certificates are checked at this moment: they may have expired before anyone looks. */
function signedAtOf(document: StoredDocument | undefined): string | null {
  const signature = document?.signatures.find(({ kind }) => kind === 'organization')
  return signature?.signedAt.toISOString() ?? null
}

/**
 * The authorities of every signature come first: the README has the signatures verified against the first certificates
 * it finds. A certificate that has left our list of authorities since still stands inside its signature.
 */
async function certificatesOf(
  deps: ActivityDeps,
  { version, document }: SubmissionCase,
  artefacts: readonly Artefact[],
): Promise<EvidenceInput['files']> {
  const xml = artefacts.findLast((own) => own.kind === 'document-xml' && own.version === version)
  if (!xml)
    throw new AppError('document-missing', 'permanent', { details: { kind: 'document-xml' } })
  const { bytes } = xml
  const signers = await Promise.all(
    (document?.signatures ?? []).map(async ({ kind, blobId, signedAt }) => {
      const signature = artefacts.find(({ id }) => id === blobId)?.bytes ?? Buffer.alloc(0)
      // A clock that was set back since must not make a signature one of the future.
      const now = new Date(Math.max(signedAt.getTime(), deps.now().getTime()))
      const verdict = await deps.verifier.verifyDetached({ signature, bytes, now })
      return verdict.signer && { kind, ...verdict.signer }
    }),
  )
  const known = signers.filter((signer) => signer !== undefined)
  const { der, chain } =
    known.find(({ kind }) => kind === 'organization') ?? deps.signer.certificate()
  const authorities = new Set([...chain, ...known.flatMap((signer) => signer.chain)].map(toPem))
  return [
    { name: 'ca.pem', bytes: Buffer.from([...authorities].join('')), mediaType: PEM },
    { name: 'signer.pem', bytes: Buffer.from(toPem(der)), mediaType: PEM },
  ]
}

function toPem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
}

async function consentSnapshot(
  deps: ActivityDeps,
  { submissionId, consentId, organization }: SubmissionCase,
): Promise<EvidenceInput['files']> {
  const basis =
    consentId === undefined
      ? { basis: 'law' }
      : await consentBasis(deps, { submissionId, consentId, organization })
  return [
    {
      name: 'legal-basis.json',
      bytes: Buffer.from(JSON.stringify(basis, null, 2)),
      mediaType: 'application/json',
    },
  ]
}

async function consentBasis(
  { store: { consentLookup, consentRegister } }: ActivityDeps,
  of: { submissionId: string; consentId: string; organization: SubmissionCase['organization'] },
) {
  const analyses = await consentLookup.basisOf(of.submissionId)
  const told = analyses.find(({ consent }) => consent.id === of.consentId)?.consent
  return {
    basis: 'consent',
    // A record from before analyses were kept knows only the one that the registry was told of.
    consent: told ?? (await consentLookup.byId(of.consentId)),
    analyses,
    checks: await consentRegister.checksOfSubmission(of.organization.id, of.submissionId),
  }
}
