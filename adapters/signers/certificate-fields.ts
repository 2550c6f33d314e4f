import { childAt, type DerElement, readDer, readOid, readTime } from './der-reader.ts'
import { formatName, readName } from './distinguished-name.ts'
import { OID } from './oids.ts'
import type { CertificateInfo } from './port.ts'

/** What signing and verifying need of a certificate, taken octet by octet: works for GOST certificates too. */
export interface CertificateFields {
  readonly der: Buffer
  /** INTEGER with its header, as it goes into a SignerInfo. */
  readonly serialRaw: Buffer
  /** Name with its header. Never re-encoded: a verifier finds the certificate by comparing these bytes. */
  readonly issuerRaw: Buffer
  readonly issuer: DerElement
  readonly subject: DerElement
  readonly notBefore: Date
  readonly notAfter: Date
  readonly isCa: boolean
  /** How many further authorities may follow below this one; undefined = no limit. */
  readonly pathLength: number | undefined
  /** False only when the certificate says what its key is for and signing documents is not among it. */
  readonly maySignDocuments: boolean
}

/** Throws DerError when the bytes are not a certificate. */
export function readCertificateFields(bytes: Buffer): CertificateFields {
  const certificate = readDer(bytes)
  const tbs = childAt(certificate, 0, 0x30)
  const first = tbs.children[0]?.tag === 0xa0 ? 1 : 0
  const serial = childAt(tbs, first, 0x02)
  const issuer = childAt(tbs, first + 2, 0x30)
  const validity = childAt(tbs, first + 3, 0x30)
  const extensions = readExtensions(tbs)
  return {
    der: certificate.raw,
    serialRaw: serial.raw,
    issuerRaw: issuer.raw,
    issuer,
    subject: childAt(tbs, first + 4, 0x30),
    notBefore: readTime(childAt(validity, 0)),
    notAfter: readTime(childAt(validity, 1)),
    ...readBasicConstraints(extensions.get(OID.basicConstraints)),
    maySignDocuments: allowsDocuments(extensions.get(OID.keyUsage)),
  }
}

function readExtensions(tbs: DerElement): Map<string, DerElement> {
  const list = tbs.children.find((child) => child.tag === 0xa3)?.children[0]
  const entries = (list?.children ?? []).map((extension): [string, DerElement] => {
    const value = childAt(extension, extension.children.length - 1, 0x04)
    return [readOid(childAt(extension, 0)), readDer(value.content)]
  })
  return new Map(entries)
}

function readBasicConstraints(constraints: DerElement | undefined): {
  isCa: boolean
  pathLength: number | undefined
} {
  const [flag, length] = constraints?.children ?? []
  const isCa = flag?.tag === 0x01 && flag.content[0] !== 0
  return { isCa, pathLength: length?.tag === 0x02 ? length.content[0] : undefined }
}

/** digitalSignature is bit 0, nonRepudiation bit 1 of the BIT STRING; its first octet counts unused bits. */
function allowsDocuments(usage: DerElement | undefined): boolean {
  return usage === undefined || ((usage.content[1] ?? 0) & 0xc0) !== 0
}

const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'

export function toCertificateInfo(
  fields: CertificateFields,
  chain: readonly Buffer[],
): CertificateInfo {
  const subject = readName(fields.subject)
  const named = (oid: string) => subject.find((attribute) => attribute.oid === oid)?.value
  return {
    subject: formatName(subject),
    issuer: formatName(readName(fields.issuer)),
    owner: named(COMMON_NAME) ?? named(ORGANIZATION) ?? formatName(subject),
    serial: readDer(fields.serialRaw)
      .content.toString('hex')
      .replace(/^00(?=.)/, '')
      .toUpperCase(),
    notBefore: fields.notBefore,
    notAfter: fields.notAfter,
    der: fields.der,
    chain,
  }
}
