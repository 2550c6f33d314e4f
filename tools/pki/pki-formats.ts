import type { KeyObject } from 'node:crypto'
import forge from 'node-forge'

export function toPem(certificate: forge.pki.Certificate): string {
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n')
}

export interface Pkcs12Input {
  readonly key: KeyObject
  /** The key's own certificate first. */
  readonly certificates: forge.pki.Certificate[]
  readonly password: string
}

export function toPkcs12({ key, certificates, password }: Pkcs12Input): Buffer {
  const pem = key.export({ format: 'pem', type: 'pkcs1' }).toString()
  const asn1 = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(pem), certificates, password, {
    algorithm: 'aes256',
    friendlyName: 'gonets-demo',
  })
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1')
}
