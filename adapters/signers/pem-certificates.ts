const BLOCK = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END/g

/** Every certificate of a PEM bundle as DER, in file order; text around the blocks is ignored. */
export function pemCertificates(pem: string): Buffer[] {
  return Array.from(pem.matchAll(BLOCK), ([, base64 = '']) => Buffer.from(base64, 'base64'))
}
