import { createHash } from 'node:crypto'

const SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex')
const SHA256 = Buffer.from('0609608648016503040201', 'hex')

/**
 * A glance, not a verification: is it a CMS SignedData, and does it speak of this document? With SHA-256 the digest of
 * the signed bytes stands in the signed attributes as it is; other digests (GOST) are taken on trust here.
 */
export function checkSignature(cms: Buffer, document: Buffer): 'ok' | 'not-cms' | 'other-document' {
  const isSequence = cms[0] === 0x30
  if (!isSequence || cms.subarray(0, 20).indexOf(SIGNED_DATA) < 0) return 'not-cms'
  if (!cms.includes(SHA256)) return 'ok'
  const digest = createHash('sha256').update(document).digest()
  return cms.includes(digest) ? 'ok' : 'other-document'
}
