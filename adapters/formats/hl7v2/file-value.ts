import type { ObservationValue } from '../../../domain/report/report.ts'
import type { Findings } from '../findings.ts'
import type { Repetition, SegmentReader } from './segment-reader.ts'

/** ED subtypes in use, in upper case. Anything else is bytes of a kind unknown. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  PDF: 'application/pdf',
  JPEG: 'image/jpeg',
  JPG: 'image/jpeg',
  PNG: 'image/png',
  TIFF: 'image/tiff',
  TIF: 'image/tiff',
  HTML: 'text/html',
  XML: 'application/xml',
  RTF: 'application/rtf',
  PLAIN: 'text/plain',
}

/** ED: source 1, type 2, subtype 3, encoding 4 (`Base64`, `Hex` or `A` for plain text), data 5. */
export function readFile(
  repetition: Repetition,
  obx: SegmentReader,
  findings: Findings,
): ObservationValue | undefined {
  const dataBase64 = toBase64(repetition)
  if (dataBase64 === undefined) {
    findings.error(
      'file-unreadable',
      obx.at(5),
      'вложение не читается: проверьте способ кодирования',
    )
    return undefined
  }
  const [type, subtype] = [2, 3].map((part) => repetition.component(part).toUpperCase())
  const mediaType =
    MEDIA_TYPES[subtype ?? ''] ?? MEDIA_TYPES[type ?? ''] ?? 'application/octet-stream'
  return { kind: 'file', mediaType, dataBase64 }
}

function toBase64(repetition: Repetition): string | undefined {
  const data = repetition.raw(5).replace(/\s+|\\\.br\\/g, '')
  switch (repetition.component(4).toUpperCase()) {
    case 'BASE64':
      return data !== '' && data.length % 4 === 0 && !/[^A-Za-z0-9+/=]/.test(data)
        ? data
        : undefined
    case 'HEX':
      return data !== '' && data.length % 2 === 0 && !/[^0-9A-Fa-f]/.test(data)
        ? Buffer.from(data, 'hex').toString('base64')
        : undefined
    case 'A':
      return Buffer.from(repetition.component(5), 'utf8').toString('base64') || undefined
    default:
      return undefined
  }
}
