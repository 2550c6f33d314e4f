import type { Sealer } from '../shared/sealer.ts'
import type { StepRecord } from './port.ts'
import { sealIssues, sealText } from './sealed-text.ts'

/** What a step says in words, whom its signatures name and the digest of its document, sealed before they are written. */
export async function sealRecord(sealer: Sealer, record: StepRecord): Promise<StepRecord> {
  const { patch, document, signatures } = record
  const owner = record.key.submissionId
  return {
    ...record,
    ...(patch?.issues && {
      patch: { ...patch, issues: await sealIssues(sealer, owner, patch.issues) },
    }),
    ...(document && {
      document: { ...document, digest: await sealText(sealer, owner, document.digest) },
    }),
    ...(signatures && {
      signatures: await Promise.all(
        signatures.map(async ({ signer, ...rest }) => ({
          ...rest,
          signer: { ...signer, subject: await sealText(sealer, owner, signer.subject) },
        })),
      ),
    }),
  }
}
