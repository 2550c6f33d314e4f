/** One ASN.1 element, as slices of the original buffer: bytes that were signed are compared and hashed as received. */
export interface DerElement {
  /** Identifier octet: class, constructed bit and (low) tag number. */
  readonly tag: number
  /** Identifier, length and content. */
  readonly raw: Buffer
  readonly content: Buffer
  readonly children: readonly DerElement[]
}

/** Thrown for anything that is not well-formed; callers turn it into their own code. */
export class DerError extends Error {}

const MAX_DEPTH = 40
const CONSTRUCTED = 0x20

/**
 * Reads one element. Indefinite lengths are accepted: several signing programs wrap their DER attributes in a BER envelope.
 * `raw` then still is what was received.
 */
export function readDer(bytes: Buffer): DerElement {
  return readAt(bytes, 0, 0).element
}

interface ReadElement {
  readonly element: DerElement
  readonly end: number
}

function readAt(bytes: Buffer, offset: number, depth: number): ReadElement {
  if (depth > MAX_DEPTH) throw new DerError('too deep')
  const tag = byteAt(bytes, offset)
  if ((tag & 0x1f) === 0x1f) throw new DerError('long tag')
  const lengthOctet = byteAt(bytes, offset + 1)
  if (lengthOctet === 0x80) return readIndefinite(bytes, offset, depth)
  const lengthSize = lengthOctet < 0x80 ? 0 : lengthOctet & 0x7f
  if (lengthSize > 4) throw new DerError('length too large')
  const start = offset + 2 + lengthSize
  if (start > bytes.length) throw new DerError('truncated')
  const length = lengthSize === 0 ? lengthOctet : bytes.readUIntBE(offset + 2, lengthSize)
  const end = start + length
  if (end > bytes.length) throw new DerError('truncated')
  const content = bytes.subarray(start, end)
  const children = (tag & CONSTRUCTED) === 0 ? [] : readAll(content, depth + 1)
  return { element: { tag, raw: bytes.subarray(offset, end), content, children }, end }
}

function readAll(content: Buffer, depth: number): DerElement[] {
  const children: DerElement[] = []
  for (let offset = 0; offset < content.length; ) {
    const { element, end } = readAt(content, offset, depth)
    children.push(element)
    offset = end
  }
  return children
}

function readIndefinite(bytes: Buffer, offset: number, depth: number): ReadElement {
  const tag = byteAt(bytes, offset)
  if ((tag & CONSTRUCTED) === 0) throw new DerError('indefinite primitive')
  const children: DerElement[] = []
  let at = offset + 2
  while (byteAt(bytes, at) !== 0 || byteAt(bytes, at + 1) !== 0) {
    const { element, end } = readAt(bytes, at, depth + 1)
    children.push(element)
    at = end
  }
  const content = bytes.subarray(offset + 2, at)
  return { element: { tag, raw: bytes.subarray(offset, at + 2), content, children }, end: at + 2 }
}

function byteAt(bytes: Buffer, offset: number): number {
  const byte = bytes[offset]
  if (byte === undefined) throw new DerError('truncated')
  return byte
}

/** The child at `index`, checked against `tag` when one is given. */
export function childAt(parent: DerElement, index: number, tag?: number): DerElement {
  const child = parent.children[index]
  if (child === undefined) throw new DerError('element missing')
  if (tag !== undefined && child.tag !== tag) throw new DerError('unexpected tag')
  return child
}

/** Octets of an OCTET STRING, primitive or (BER) in pieces. */
export function readOctets(element: DerElement): Buffer {
  return (element.tag & CONSTRUCTED) === 0
    ? element.content
    : Buffer.concat(element.children.map(readOctets))
}

/** Dotted decimal. */
export function readOid(element: DerElement): string {
  if (element.tag !== 0x06 || element.content.length === 0) throw new DerError('not an OID')
  const arcs: bigint[] = []
  let arc = 0n
  for (const byte of element.content) {
    arc = (arc << 7n) | BigInt(byte & 0x7f)
    if ((byte & 0x80) !== 0) continue
    arcs.push(arc)
    arc = 0n
  }
  const [first = 0n, ...rest] = arcs
  const top = first < 40n ? 0n : first < 80n ? 1n : 2n
  return [top, first - top * 40n, ...rest].join('.')
}

/** UTCTime (years 1950–2049) or GeneralizedTime. */
export function readTime(element: DerElement): Date {
  const text = element.content.toString('latin1')
  const short = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/
  const long = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/
  const found = (element.tag === 0x17 ? short : long).exec(text)
  if (found === null) throw new DerError('unexpected time')
  const [year = 0, month = 0, ...rest] = found.slice(1).map(Number)
  const [day = 0, hour = 0, minute = 0, second = 0] = rest
  const century = element.tag !== 0x17 ? 0 : year < 50 ? 2000 : 1900
  return new Date(Date.UTC(century + year, month - 1, day, hour, minute, second))
}
