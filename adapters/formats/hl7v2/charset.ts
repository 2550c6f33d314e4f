import { err, ok, type Result } from '../../../domain/shared/result.ts'

/** What MSH-18 may say, without spaces, hyphens and underscores, and the decoder it names. HL7 table 0211 and custom. */
const DECODERS: Readonly<Record<string, string>> = {
  '': 'ascii',
  ASCII: 'ascii',
  USASCII: 'ascii',
  ISOIR6: 'ascii',
  UNICODEUTF8: 'utf-8',
  UTF8: 'utf-8',
  '8859/1': 'iso-8859-1',
  ISO88591: 'iso-8859-1',
  '8859/5': 'iso-8859-5',
  'ISO8859/5': 'iso-8859-5',
  ISO88595: 'iso-8859-5',
  ISOIR144: 'iso-8859-5',
  WINDOWS1251: 'windows-1251',
  WIN1251: 'windows-1251',
  CP1251: 'windows-1251',
  '1251': 'windows-1251',
  KOI8R: 'koi8-r',
  CP866: 'ibm866',
  IBM866: 'ibm866',
  '866': 'ibm866',
}

export interface DecodedMessage {
  readonly text: string
  /** For bytes inside `\Xdd..\`. */
  readonly decode: (bytes: Uint8Array) => string
  /** The message named no character set that fits; its bytes are UTF-8 beyond doubt. */
  readonly guessed: boolean
}

/**
 * - `unknown`: the named character set is not known here.
 * - `undecodable`: bytes that mean nothing in the named character set.
 * - `mismatch`: bytes are UTF-8 although a single-byte character set is named: names would come out as gibberish.
 */
export type CharsetFault = 'unknown' | 'undecodable' | 'mismatch'

/** A byte order mark wins over MSH-18, and MSH-18 over the `charset` of the content type. */
export function decodeMessage(
  bytes: Buffer,
  contentType: string,
): Result<DecodedMessage, CharsetFault> {
  const marked = findMark(bytes)
  // In UTF-16 a line feed is two bytes and nothing frames it.
  const content = marked?.startsWith('utf-16') ? bytes : stripFrame(bytes)
  const decoder = marked ?? DECODERS[toKey(findName(content) || findParameter(contentType))]
  if (decoder === undefined) return err('unknown')
  const plain = content.every((byte) => byte < 0x80)
  const single = !decoder.startsWith('utf-') && decoder !== 'ascii'
  // Text in a single-byte set is practically never valid UTF-8 by chance.
  if (single && !plain && decodeStrictly(content, 'utf-8') !== undefined) return err('mismatch')
  const text = decodeStrictly(content, decoder === 'ascii' ? 'utf-8' : decoder)
  if (text === undefined) return err('undecodable')
  const lenient = new TextDecoder(decoder === 'ascii' ? 'utf-8' : decoder)
  return ok({
    text: text.normalize('NFC'),
    decode: (part) => lenient.decode(part),
    guessed: decoder === 'ascii' && !plain,
  })
}

/** MLLP puts 0x0B before a message and 0x1C 0x0D after it; files written from a socket keep them. */
function stripFrame(bytes: Buffer): Buffer {
  let start = 0
  let end = bytes.length
  while (start < end && [0x0a, 0x0b, 0x0d, 0x20].includes(Number(bytes[start]))) start++
  while (end > start && [0x0a, 0x0d, 0x1c].includes(Number(bytes[end - 1]))) end--
  return bytes.subarray(start, end)
}

function findMark(content: Buffer): string | undefined {
  const start = content.subarray(0, 3).toString('hex')
  if (start === 'efbbbf') return 'utf-8'
  if (start.startsWith('fffe')) return 'utf-16le'
  return start.startsWith('feff') ? 'utf-16be' : undefined
}

/** MSH-18, first repetition. The header up to there is ASCII in every character set that can be named. */
function findName(content: Buffer): string {
  const line =
    content
      .subarray(0, 10_000)
      .toString('latin1')
      .split(/[\r\n]/, 1)[0] ?? ''
  const field = line.split(line.charAt(3) || '|')[17] ?? ''
  return (field.split(line.charAt(5) || '~', 1)[0] ?? '').trim()
}

function findParameter(contentType: string): string {
  return /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1] ?? ''
}

function toKey(name: string): string {
  return name.toUpperCase().replace(/[\s_-]/g, '')
}

/** C1 control characters are what unassigned bytes of single-byte sets become: as undecodable as an error. */
function decodeStrictly(content: Buffer, decoder: string): string | undefined {
  try {
    const text = new TextDecoder(decoder, { fatal: true }).decode(content)
    return /[\u0080-\u009f]/.test(text) ? undefined : text
  } catch {
    return undefined
  }
}
