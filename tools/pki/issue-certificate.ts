import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import forge from 'node-forge'
import type { SubjectAttribute } from './demo-subjects.ts'

declare module 'node-forge' {
  namespace pki {
    /** Exists since 0.6; the type package does not know it. */
    function getTBSCertificate(certificate: Certificate): asn1.Asn1
  }
}

export interface CertificateRequest {
  readonly subject: readonly SubjectAttribute[]
  readonly key: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
  /** Left out for a self-signed authority. */
  readonly issuer?: { readonly certificate: forge.pki.Certificate; readonly key: KeyObject }
}

const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'
/** NumericString has no name in node-forge, which encodes any tag it is given. */
const NUMERIC_STRING = 18

/** node-forge writes the certificate, node:crypto signs it: forge's own RSA takes a hundred times as long. */
export function issueCertificate(request: CertificateRequest): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`
  certificate.validity.notBefore = request.notBefore
  certificate.validity.notAfter = request.notAfter
  certificate.publicKey = toForgePublicKey(request.key)
  certificate.setSubject(request.subject.map(toForgeAttribute))
  certificate.setIssuer(
    request.issuer?.certificate.subject.attributes ?? request.subject.map(toForgeAttribute),
  )
  certificate.setExtensions(extensions(request))
  return signWith(certificate, request.issuer?.key ?? request.key)
}

function signWith(certificate: forge.pki.Certificate, key: KeyObject): forge.pki.Certificate {
  certificate.signatureOid = SHA256_WITH_RSA
  certificate.siginfo.algorithmOid = SHA256_WITH_RSA
  certificate.tbsCertificate = forge.pki.getTBSCertificate(certificate)
  const bytes = Buffer.from(forge.asn1.toDer(certificate.tbsCertificate).getBytes(), 'latin1')
  certificate.signature = sign('sha256', bytes, key).toString('latin1')
  return certificate
}

function extensions(request: CertificateRequest): object[] {
  const identifiers = [
    { name: 'subjectKeyIdentifier' },
    ...(request.issuer
      ? [
          {
            name: 'authorityKeyIdentifier',
            keyIdentifier: request.issuer.certificate.generateSubjectKeyIdentifier().getBytes(),
          },
        ]
      : []),
  ]
  return request.issuer
    ? [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, nonRepudiation: true, critical: true },
        ...identifiers,
      ]
    : [
        { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
        ...identifiers,
      ]
}

function toForgeAttribute({ oid, value, encoding }: SubjectAttribute): forge.pki.CertificateField {
  const tags = {
    utf8: forge.asn1.Type.UTF8,
    printable: forge.asn1.Type.PRINTABLESTRING,
    numeric: NUMERIC_STRING,
  }
  // The type declaration says Class; node-forge reads a string type here.
  const tag: number = tags[encoding]
  return { type: oid, value, valueTagClass: tag as forge.asn1.Class }
}

function toForgePublicKey(key: KeyObject): forge.pki.rsa.PublicKey {
  const pem = createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString()
  return forge.pki.publicKeyFromPem(pem) as forge.pki.rsa.PublicKey
}
