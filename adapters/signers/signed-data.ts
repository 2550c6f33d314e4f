import { type CertificateFields, readCertificateFields } from './certificate-fields.ts'
import { childAt, type DerElement, DerError, readDer, readOctets, readOid } from './der-reader.ts'
import { OID } from './oids.ts'

/** A CMS SignedData taken apart, before anything of it has been believed. */
export interface SignedData {
  readonly carriesContent: boolean
  readonly certificates: readonly CertificateFields[]
  readonly signers: readonly SignerInfo[]
}

export interface SignerInfo {
  /** Issuer and serial as they stand, or the subject key identifier. */
  readonly signerId: DerElement
  readonly digestAlgorithm: string
  readonly signatureAlgorithm: string
  readonly signature: Buffer
  /** Attribute values by OID. */
  readonly attributes: ReadonlyMap<string, readonly DerElement[]>
  /** What the signature covers: the attributes under the tag of SET OF (RFC 5652 §5.4). */
  readonly signedBytes: Buffer
}

const SEQUENCE = 0x30
const SET = 0x31
const CONTEXT_0 = 0xa0

/** Throws DerError for anything that is not a SignedData over data with signed attributes. */
export function readSignedData(bytes: Buffer): SignedData {
  const contentInfo = readDer(bytes)
  expectOid(childAt(contentInfo, 0), OID.signedData)
  const signedData = childAt(childAt(contentInfo, 1, CONTEXT_0), 0, SEQUENCE)
  const encapsulated = childAt(signedData, 2, SEQUENCE)
  expectOid(childAt(encapsulated, 0), OID.data)
  const signerInfos = signedData.children.findLast((child) => child.tag === SET)
  const certificates = signedData.children.slice(3).find((child) => child.tag === CONTEXT_0)
  if (signerInfos === undefined) throw new DerError('no signers')
  return {
    carriesContent: encapsulated.children.length > 1,
    certificates: (certificates?.children ?? [])
      .filter((child) => child.tag === SEQUENCE)
      .map((child) => readCertificateFields(child.raw)),
    signers: signerInfos.children.map(readSignerInfo),
  }
}

function readSignerInfo(info: DerElement): SignerInfo {
  const attributes = childAt(info, 3, CONTEXT_0)
  const signedBytes = Buffer.from(attributes.raw)
  signedBytes[0] = SET
  return {
    signerId: childAt(info, 1),
    digestAlgorithm: readOid(childAt(childAt(info, 2, SEQUENCE), 0)),
    signatureAlgorithm: readOid(childAt(childAt(info, 4, SEQUENCE), 0)),
    signature: readOctets(childAt(info, 5)),
    attributes: readAttributes(attributes),
    signedBytes,
  }
}

function readAttributes(attributes: DerElement): Map<string, readonly DerElement[]> {
  const found = new Map<string, readonly DerElement[]>()
  for (const attribute of attributes.children) {
    const oid = readOid(childAt(attribute, 0))
    // Two values for one thing would let signer and reader believe different ones.
    if (found.has(oid)) throw new DerError('attribute repeated')
    found.set(oid, childAt(attribute, 1, SET).children)
  }
  return found
}

/** The only value of an attribute; undefined when it is absent. */
export function singleValue(signer: SignerInfo, oid: string): DerElement | undefined {
  const values = signer.attributes.get(oid)
  if (values !== undefined && values.length !== 1) throw new DerError('not a single value')
  return values?.[0]
}

export function expectOid(element: DerElement, oid: string): void {
  if (readOid(element) !== oid) throw new DerError('unexpected type')
}
