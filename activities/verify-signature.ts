import type { CertificateInfo } from '../adapters/signers/port.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { once } from './once.ts'
import { readArtefacts } from './read-artefacts.ts'
import { toRow } from './sign-document.ts'

export interface VerifySignatureInput {
  readonly key: StepKey
  readonly blobId: string
  readonly actor: string
}
type CertificateName = Pick<CertificateInfo, 'issuer' | 'serial'>
type Verified =
  | { readonly accepted: true; readonly missing: number }
  | { readonly accepted: false; readonly code: string }

/** A personal signature made elsewhere: it must cover our stored bytes, be one we have not got, and be trusted. */
export function createVerifySignature(deps: ActivityDeps) {
  return async function verifySignature({
    key,
    blobId,
    actor,
  }: VerifySignatureInput): Promise<Verified> {
    return await once<Verified>(deps.store.journal, key, async () => {
      const [submission, { 'document-xml': bytes }, signature] = await Promise.all([
        deps.store.cases.load(key.submissionId, key.version),
        readArtefacts(deps, key, 'document-xml'),
        deps.store.artefacts.readById(blobId),
      ])
      const refused = (code: string) => ({
        outcome: { accepted: false, code } as const,
        events: [
          {
            type: 'signature.refused',
            text: 'Личная подпись не принята',
            details: { code, actor },
          },
        ],
      })
      if (!signature) return refused('signature-malformed')
      const verdict = await deps.verifier.verifyDetached({
        signature: signature.bytes,
        bytes,
        now: deps.now(),
      })
      if (verdict.kind === 'invalid') return refused(verdict.code)
      const personal = (submission.document?.signatures ?? []).filter(
        (known) => known.kind === 'personal',
      )
      if (personal.some((known) => isSameCertificate(known.signer, verdict.signer)))
        return refused('signature-repeated')
      const missing = Math.max(
        0,
        (submission.document?.personalSignatures ?? 0) - personal.length - 1,
      )
      return {
        outcome: { accepted: true, missing } as const,
        events: [
          {
            type: 'signature.accepted',
            text: 'Личная подпись принята',
            details: { serial: verdict.signer.serial, missing, actor },
          },
        ],
        signatures: [
          {
            kind: 'personal' as const,
            blobId,
            signer: toRow(verdict.signer),
            signedAt: verdict.signedAt,
          },
        ],
      }
    })
  }
}

/** A serial number is unique to its issuer only. */
function isSameCertificate(a: CertificateName, b: CertificateName): boolean {
  return a.serial === b.serial && a.issuer === b.issuer
}
