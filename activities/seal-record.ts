import type { EvidenceInput } from '../adapters/documents/port.ts'
import type { Artefact, ArtefactKind, SubmissionCase } from '../adapters/storage/port.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { sha256 } from './digest.ts'
import { once } from './once.ts'
import { readArtefact } from './read-artefact.ts'

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

/** Seals the record for the years of keeping: one evidence bundle that can be verified without us. */
export function createSealRecord(deps: ActivityDeps) {
  return async function sealRecord({ key }: { key: StepKey }): Promise<{ onHold: boolean }> {
    return await once<{ onHold: boolean }>(deps.store.journal, key, async () => {
      const submission = await deps.store.cases.load(key.submissionId, key.version)
      const bundle = await deps.evidence.bundle(await collect(deps, submission, key))
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

async function collect(
  deps: ActivityDeps,
  submission: SubmissionCase,
  key: StepKey,
): Promise<EvidenceInput> {
  const { organization, submissionId } = submission
  const [artefacts, timeline, certificates, consent] = await Promise.all([
    deps.store.artefacts.readAll(submissionId),
    deps.store.submissions.events(organization.id, submissionId, 0),
    certificatesOf(deps, key),
    consentSnapshot(deps, submission),
  ])
  return {
    submissionId,
    documentId: submission.documentId,
    createdAt: deps.now().toISOString(),
    files: [...filesOf(artefacts, submission.version), ...certificates, ...consent],
    timeline: timeline.map(({ at, ...event }) => ({ at: at.toISOString(), ...event })),
    facts: {
      organization: organization.name,
      ogrn: organization.ogrn,
      setId: submission.setId,
      versionNumber: submission.versionNumber,
      documentDigest: submission.document?.digest ?? null,
      registryId: submission.registryId ?? null,
      retainUntil: submission.retainUntil?.toISOString() ?? null,
    },
  }
}

/** The registered version stands at the top; earlier versions and repeated answers keep their place in folders. */
function filesOf(artefacts: readonly Artefact[], current: number): EvidenceInput['files'] {
  const taken = new Map<string, number>()
  return artefacts.flatMap(({ kind, version, bytes, mediaType }) => {
    const base = FILE_NAMES[kind]
    if (!base) return []
    const place = version === current ? base : `version-${version}/${base}`
    const count = (taken.get(place) ?? 0) + 1
    taken.set(place, count)
    const name = count === 1 ? place : place.replace(/(\.\w+)$/, `-${count}$1`)
    return [{ name, bytes, mediaType }]
  })
}

async function certificatesOf(deps: ActivityDeps, key: StepKey): Promise<EvidenceInput['files']> {
  const [signature, bytes] = await Promise.all([
    readArtefact(deps, key, 'signature'),
    readArtefact(deps, key, 'document-xml'),
  ])
  const verdict = await deps.verifier.verifyDetached({ signature, bytes, now: deps.now() })
  // A signature made with a certificate that has since left our list of authorities still carries its certificates inside.
  const { der, chain } = verdict.kind === 'valid' ? verdict.signer : deps.signer.certificate()
  return [der, ...chain].map((certificate, index) => ({
    name: index === 0 ? 'certificates/signer.pem' : `certificates/issuer-${index}.pem`,
    bytes: Buffer.from(toPem(certificate)),
    mediaType: 'application/x-pem-file',
  }))
}

function toPem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
}

async function consentSnapshot(
  deps: ActivityDeps,
  { consentId, organization }: SubmissionCase,
): Promise<EvidenceInput['files']> {
  const basis =
    consentId === undefined
      ? { basis: 'law' }
      : {
          basis: 'consent',
          consent: await deps.store.consentLookup.byId(consentId),
          checks: await deps.store.consentRegister.checks(organization.id, consentId),
        }
  return [
    {
      name: 'legal-basis.json',
      bytes: Buffer.from(JSON.stringify(basis, null, 2)),
      mediaType: 'application/json',
    },
  ]
}
