import forge from 'node-forge'

type Piece = Buffer | readonly Buffer[]

/** One element around bytes that are DER already: what is copied from a certificate is copied octet by octet. */
function element(tag: number, content: Piece): Buffer {
  const body = Buffer.isBuffer(content) ? content : Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag]), lengthOctets(body.length), body])
}

function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const size = length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4
  const octets = Buffer.alloc(size + 1)
  octets[0] = 0x80 | size
  octets.writeUIntBE(length, 1, size)
  return octets
}

export const der = {
  sequence: (...items: Buffer[]) => element(0x30, items),
  /** DER sorts the members of a SET OF; a verifier that re-encodes would otherwise compute another digest. */
  setOf: (...items: Buffer[]) => element(0x31, items.toSorted(Buffer.compare)),
  /** Constructed, context-specific. */
  context: (number: number, ...items: Buffer[]) => element(0xa0 | number, items),
  octets: (bytes: Buffer) => element(0x04, bytes),
  smallInteger: (value: number) => element(0x02, Buffer.from([value])),
  null: () => element(0x05, Buffer.alloc(0)),
  oid: (dotted: string) =>
    element(0x06, Buffer.from(forge.asn1.oidToDer(dotted).getBytes(), 'latin1')),
  /** RFC 5652 §11.3: UTCTime up to 2049, GeneralizedTime from 2050. Whole seconds. */
  time: (at: Date) => {
    const digits = at.toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '')
    const year = at.getUTCFullYear()
    return year >= 1950 && year < 2050
      ? element(0x17, Buffer.from(digits.slice(2), 'latin1'))
      : element(0x18, Buffer.from(digits, 'latin1'))
  },
}
