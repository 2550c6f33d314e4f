import { createHash } from 'node:crypto'
import type { CertificateFields } from './certificate-fields.ts'
import { der } from './der-writer.ts'
import { OID } from './oids.ts'

export interface CadesInput {
  /** SHA-256 of the content. */
  readonly digest: Buffer
  readonly certificate: CertificateFields
  readonly chain: readonly Buffer[]
  /** Left out for PAdES, where the time stands in the PDF's own signature dictionary. */
  readonly signingTime?: Date
  /** RSASSA-PKCS1-v1_5 with SHA-256. */
  readonly sign: (bytes: Buffer) => Promise<Buffer>
}

const attribute = (oid: string, value: Buffer) => der.sequence(der.oid(oid), der.setOf(value))
const algorithm = (oid: string) => der.sequence(der.oid(oid), der.null())

/**
 * Detached CMS SignedData with the attributes of CAdES-BES (ETSI EN 319 122-1): content-type, message-digest,
 * signing-certificate-v2, signing-time. Built here because node-forge's own PKCS#7 knows no signing-certificate-v2
 * and re-encodes the issuer, which makes every signature under a Cyrillic authority invalid.
 */
export async function buildCadesBes(input: CadesInput): Promise<Buffer> {
  const attributes = signedAttributes(input)
  // RFC 5652 §5.4: what is signed carries the tag of SET OF, what is stored the tag [0].
  const signature = await input.sign(der.setOf(...attributes))
  const { certificate } = input
  const signerInfo = der.sequence(
    der.smallInteger(1),
    der.sequence(certificate.issuerRaw, certificate.serialRaw),
    algorithm(OID.sha256),
    der.context(0, ...attributes),
    algorithm(OID.rsaEncryption),
    der.octets(signature),
  )
  const signedData = der.sequence(
    der.smallInteger(1),
    der.setOf(algorithm(OID.sha256)),
    der.sequence(der.oid(OID.data)),
    der.context(0, ...[certificate.der, ...input.chain].toSorted(Buffer.compare)),
    der.setOf(signerInfo),
  )
  return der.sequence(der.oid(OID.signedData), der.context(0, signedData))
}

function signedAttributes(input: CadesInput): Buffer[] {
  const attributes = [
    attribute(OID.contentType, der.oid(OID.data)),
    attribute(OID.messageDigest, der.octets(input.digest)),
    attribute(OID.signingCertificateV2, signingCertificate(input.certificate)),
  ]
  if (input.signingTime) {
    attributes.push(attribute(OID.signingTime, der.time(input.signingTime)))
  }
  return attributes.toSorted(Buffer.compare)
}

/** RFC 5035: SHA-256 is the default of hashAlgorithm and therefore left out. */
function signingCertificate({ der: bytes, issuerRaw, serialRaw }: CertificateFields): Buffer {
  const directoryName = der.context(4, issuerRaw)
  const issuerSerial = der.sequence(der.sequence(directoryName), serialRaw)
  const digest = createHash('sha256').update(bytes).digest()
  return der.sequence(der.sequence(der.sequence(der.octets(digest), issuerSerial)))
}
