import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { AppError } from '../../domain/shared/app-error.ts'
import { orderChain } from './order-chain.ts'

export interface SigningIdentity {
  readonly key: KeyObject
  /** DER. */
  readonly certificate: Buffer
  /** Issuers found in the file, nearest first, DER. */
  readonly chain: readonly Buffer[]
}

/**
 * Opens a PKCS#12 once, at start: deriving its keys costs 30–80 ms of JavaScript. Through node-forge, so that the
 * RC2 and 3DES files of older authorities open too, which OpenSSL 3 refuses.
 * Errors: AppError `signer-unavailable`, `details.reason` one of `wrong-password-or-damaged`, `no-key`, `no-certificate`.
 */
export function openP12(bytes: Buffer, password: string): SigningIdentity {
  const { key, certificates } = readContents(bytes, password)
  const publicKey = spki(createPublicKey(key))
  const certificate = certificates.find((candidate) =>
    spki(new X509Certificate(candidate).publicKey).equals(publicKey),
  )
  if (certificate === undefined) throw unavailable('no-certificate')
  return { key, certificate, chain: orderChain(certificate, certificates) }
}

function readContents(
  bytes: Buffer,
  password: string,
): { key: KeyObject; certificates: readonly Buffer[] } {
  let keys: forge.pkcs12.Bag[]
  let certificates: Buffer[]
  try {
    const asn1 = forge.asn1.fromDer(bytes.toString('latin1'))
    const p12 = forge.pkcs12.pkcs12FromAsn1(asn1, false, password)
    const { pkcs8ShroudedKeyBag = '', keyBag = '', certBag = '' } = forge.pki.oids
    keys = [...bags(p12, pkcs8ShroudedKeyBag), ...bags(p12, keyBag)]
    certificates = bags(p12, certBag).map(certificateDer)
  } catch (cause) {
    // forge's message may quote content of the file; it stays in `cause`, away from logs.
    throw unavailable('wrong-password-or-damaged', cause)
  }
  const [first] = keys
  if (first === undefined) throw unavailable('no-key')
  return { key: toKeyObject(first), certificates }
}

function bags(p12: forge.pkcs12.Pkcs12Pfx, bagType: string): forge.pkcs12.Bag[] {
  return p12.getBags({ bagType })[bagType] ?? []
}

function toKeyObject(bag: forge.pkcs12.Bag): KeyObject {
  const asn1 = bag.key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)) : bag.asn1
  try {
    return createPrivateKey({ key: toDer(asn1), format: 'der', type: 'pkcs8' })
  } catch (cause) {
    throw unavailable('no-key', cause)
  }
}

function certificateDer(bag: forge.pkcs12.Bag): Buffer {
  // forge re-encodes what it parsed; it keeps the parsed to-be-signed part, so the signature stays right.
  return toDer(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1)
}

function toDer(asn1: forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1')
}

function spki(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' })
}

function unavailable(reason: string, cause?: unknown): AppError {
  return new AppError('signer-unavailable', 'permanent', { details: { reason }, cause })
}
