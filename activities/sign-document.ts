import type { CertificateInfo } from '../adapters/signers/port.ts'
import type { CertificateRow } from '../adapters/storage/port.ts'
import type { SignOutcome } from '../domain/submission/outcomes.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { onceFor } from './once.ts'
import { readArtefacts } from './read-artefacts.ts'

export interface SignDocumentInput {
  readonly key: StepKey
  /** Serial of the certificate shown in the document's visible stamp. */
  readonly certificateSerial: string
}

/** Signature of the organisation: detached CAdES over the XML, PAdES inside the PDF. */
export function createSignDocument(deps: ActivityDeps) {
  return async function signDocument({
    key,
    certificateSerial,
  }: SignDocumentInput): Promise<SignOutcome> {
    return await onceFor<SignOutcome>(deps.store, key, async (submission) => {
      const certificate = deps.signer.certificate()
      if (certificate.serial !== certificateSerial) {
        return {
          outcome: { kind: 'stale' },
          patch: { phase: Phase.assembling },
          events: [
            {
              type: 'document.stale',
              text: 'Сертификат подписи сменился: документ формируется заново',
            },
          ],
        }
      }
      const document = await readArtefacts(deps, key, 'document-xml', 'document-pdf-unsigned')
      const signedAt = deps.now()
      const [signature, signedPdf] = await Promise.all([
        deps.signer.signDetached({ bytes: document['document-xml'], signedAt }),
        deps.signer.signPdf({ pdf: document['document-pdf-unsigned'], signedAt }),
      ])
      const personalSignatures = submission.document?.personalSignatures ?? 0
      const blobId = deps.newId()
      return {
        outcome: { kind: 'signed', personalSignatures },
        patch: { phase: personalSignatures > 0 ? Phase.awaitingSignatures : Phase.sending },
        events: [
          {
            type: 'document.signed',
            text: 'Документ подписан организацией',
            details: { serial: certificate.serial },
          },
        ],
        // The signed PDF is the same with its signature filled in.
        usedUp: ['document-pdf-unsigned'],
        signatures: [{ kind: 'organization', blobId, signer: toRow(certificate), signedAt }],
        blobs: [
          {
            id: blobId,
            kind: 'signature',
            mediaType: 'application/pkcs7-signature',
            bytes: signature,
          },
          {
            id: deps.newId(),
            kind: 'document-pdf',
            mediaType: 'application/pdf',
            bytes: signedPdf,
          },
        ],
      }
    })
  }
}

export function toRow({
  subject,
  issuer,
  serial,
  notBefore,
  notAfter,
}: CertificateInfo): CertificateRow {
  return { subject, issuer, serial, notBefore, notAfter }
}
